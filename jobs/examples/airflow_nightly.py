"""Airflow DAGs for all jobs; copy the file into the DAG folder. Nothing in this project imports it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

SINCE = datetime(2026, 11, 1, tzinfo=ZoneInfo("Asia/Jakarta"))
TASK = {
    "cwd": "/srv/tunggal",
    "retries": 12,  # another run holds the workspace (75), or the database is away (69)
    "retry_delay": timedelta(minutes=15),
    "execution_timeout": timedelta(hours=8),
}

with DAG(dag_id="tunggal_nightly", schedule="15 1 * * *", start_date=SINCE, catchup=False, max_active_runs=1):
    nightly = BashOperator(
        task_id="nightly",
        bash_command="umask 077 && exec .venv/bin/python -m jobs.nightly --project linkage.toml --log-format json "
        "--skip-exit-code",
        skip_on_exit_code=99,  # nothing to do
        **TASK,
    )
    publish = BashOperator(
        task_id="publish",
        bash_command="umask 077 && exec .venv/bin/python -m jobs.publish --project linkage.toml --log-format json "
        "--skip-exit-code",
        skip_on_exit_code=99,
        trigger_rule="none_failed",  # a night without files may still have decisions to publish
        **TASK,
    )
    backup = BashOperator(
        task_id="backup",
        bash_command="umask 077 && exec .venv/bin/python -m jobs.backup --project linkage.toml --to /backup --keep 14",
        trigger_rule="all_done",  # also when a publication waits for a supervisor
        **TASK,
    )
    nightly >> publish >> backup

with DAG(dag_id="tunggal_weekly", schedule="0 12 * * 0", start_date=SINCE, catchup=False, max_active_runs=1):
    reports = BashOperator(
        task_id="reports",
        bash_command="umask 077 && exec .venv/bin/python -m jobs.reports --project linkage.toml --log-format json",
        **TASK,
    )
    model_check = BashOperator(
        task_id="model_check",
        bash_command="umask 077 && exec .venv/bin/python -m jobs.model_check --project linkage.toml --log-format json",
        **TASK,
    )
    reports >> model_check

with DAG(dag_id="tunggal_semester", schedule="0 3 1 1,7 *", start_date=SINCE, catchup=False, max_active_runs=1):
    BashOperator(
        task_id="semester",
        bash_command="umask 077 && exec .venv/bin/python -m jobs.semester --project linkage.toml --to /backup "
        "--log-format json",
        **TASK,
    )
