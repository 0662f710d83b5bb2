#!/bin/sh
set -eu
mkdir -p "${AIRFLOW_HOME}/dags" "${AIRFLOW_HOME}/logs"
echo "uid=${AIRFLOW_UID:-50000} $(id -u)" > "${AIRFLOW_HOME}/os"
