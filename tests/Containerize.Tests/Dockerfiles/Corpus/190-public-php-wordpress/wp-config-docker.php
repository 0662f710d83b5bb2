wp-config-docker.php
