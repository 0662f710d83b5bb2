ros_entrypoint.sh
