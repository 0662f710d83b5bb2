jenkins.sh
