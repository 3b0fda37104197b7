"""The scheduled batch jobs: thin scripts on top of the package, for cron, systemd or Airflow."""
