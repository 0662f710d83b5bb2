10-listen.sh
