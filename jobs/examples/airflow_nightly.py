"""An Airflow DAG for the nightly job; copy it into the DAG folder. Nothing in this project imports it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="tunggal_nightly",
    schedule="15 1 * * *",
    start_date=datetime(2026, 11, 1, tzinfo=ZoneInfo("Asia/Jakarta")),
    catchup=False,
    max_active_runs=1,
) as dag:
    BashOperator(
        task_id="nightly",
        bash_command="exec .venv/bin/python -m jobs.nightly --project linkage.toml --log-format json --skip-exit-code",
        cwd="/srv/tunggal",
        skip_on_exit_code=99,  # nothing to do
        retries=12,  # another run holds the workspace (75), or the database is away (69)
        retry_delay=timedelta(minutes=15),
        execution_timeout=timedelta(hours=8),
    )
