docker-entrypoint.sh
