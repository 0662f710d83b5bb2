#!/bin/sh
: "${AIRFLOW_HOME:?}"
exec "$@"
