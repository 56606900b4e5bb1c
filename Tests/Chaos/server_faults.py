"""Faults of what the workers stand on: Postgres, the brokers and the disks."""

import time

from faults import Fault, Missed


class PostgresRestart(Fault):
    """Postgres stopped hard, and started."""

    kind = "Postgres stopped hard and started"

    def strike(self, round_):
        with round_.postgres_lock:
            round_.world.postgres.stop("immediate")
            time.sleep(self.between(0.3, 3))
            round_.world.postgres.ensure_running()


class BrokersDown(Fault):
    """The brokers down, and up."""

    kind = "brokers down and up"

    def strike(self, round_):
        broker = round_.world.broker
        if not broker.can_stop:
            raise Missed("skipped: KAFKA_STOP and KAFKA_START are not set")
        with round_.broker_lock:
            broker.stop_hard()
            time.sleep(self.between(0.5, 3))
            broker.start()


class PostgresDiskFull(Fault):
    """No space for the server's data and its log."""

    kind = "disk full for Postgres"

    def strike(self, round_):
        disk = round_.world.postgres_disk
        if disk is None or not disk.is_mounted:
            raise Missed("skipped: no small filesystem can be mounted here")
        with round_.postgres_lock:
            try:
                disk.fill()
                self._use_up_log(round_)
                time.sleep(self.between(3, 7))
            finally:
                disk.free()
            round_.world.postgres.ensure_running()

    @staticmethod
    def _use_up_log(round_):
        """Log segments are allocated ahead: until they are full, nothing notices the disk."""
        try:
            with round_.world.postgres.connect(round_.database) as connection:
                for _ in range(3):
                    connection.execute("SELECT pg_switch_wal()")
                    connection.execute("CREATE TABLE ballast AS SELECT generate_series(1, 300000)")
                    connection.execute("DROP TABLE ballast")
        except Exception:  # noqa: BLE001: the failure is the point
            pass


class ArtifactDiskFull(Fault):
    """No space for Parquet parts."""

    kind = "disk full for Parquet"

    def strike(self, round_):
        disk = round_.world.artifact_disk
        if disk is None or not disk.is_mounted:
            raise Missed("skipped: no small filesystem can be mounted here")
        try:
            disk.fill()
            time.sleep(self.between(3, 6))
        finally:
            disk.free()
