"""Tampers with what a good round left in its database and topics, to see that the verifier looks at the real thing."""

import confluent_kafka

import topics
import verify


def unreported(run):
    """What was done to the round and not reported; the round is spoilt afterwards."""
    prefix = run.prefix
    reader = topics.Topics(run.world.broker.servers, prefix)
    try:
        # Garbage of the workload has no event whose payload could differ.
        signal = next(x for x in reader.messages("race.signals") if "ce_id" in dict(x.headers() or []))
    finally:
        reader.close()
    with run.world.postgres.connect(run.database) as connection:
        race = connection.execute("DELETE FROM modeling.signals WHERE signal_id = (SELECT min(signal_id) FROM "
                                  "modeling.signals) RETURNING race_id").fetchone()[0]
        connection.execute("UPDATE modeling.bets SET pnl = 1e6 WHERE bet_id = (SELECT min(bet_id) FROM modeling.bets)")
    producer = confluent_kafka.Producer({"bootstrap.servers": run.world.broker.servers, "log_level": 2})
    # An empty field appended keeps the message valid, and makes its bytes others.
    producer.produce(prefix + "race.signals", signal.value() + b"\x40\x00", signal.key(), headers=signal.headers())
    given_up = [("dl_topic", (prefix + "race.signals").encode()), ("dl_partition", b"0"), ("dl_offset", b"999999"),
                ("dl_class", b"contract"), ("dl_reason", b"tampered")]
    producer.produce(prefix + "dead.letters", b"x", b"x", headers=given_up)
    producer.flush(30)
    verdict = verify.verify(run.case)[1]
    wanted = {"lost": f"signals: ({race}", "differing": "bets: ", "unfetched": "publisher: race.signals"}
    missing = [f"{name}: {text}" for name, text in wanted.items() if not any(x.startswith(text) for x in verdict[name])]
    for text in ("payloads of event", "999999) was given up"):
        if not any(text in line for line in verdict["doubled"]):
            missing.append(f"doubled: {text}")
    return missing
