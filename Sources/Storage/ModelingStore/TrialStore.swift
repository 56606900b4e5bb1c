import Foundation
import Modeling
import Postgres

/// Reads and writes `modeling.trials`: the trials of hyperparameter searches.
public enum TrialStore {
    /// Reads the trials of a study, ordered by number.
    public static func read(study: String, _ connection: PostgresConnection) async throws -> [HyperparameterTrial] {
        try await connection.query(
            """
            SELECT trial, parameters::text AS parameters, loss, seconds FROM modeling.trials
             WHERE study = $1 ORDER BY trial
            """,
            [.text(study)]
        ).map { row in
            HyperparameterTrial(
                number: try row.get("trial"),
                parameters: try JSONDecoder().decode(
                    [String: String].self,
                    from: Data(try row.get("parameters", as: String.self).utf8)
                ),
                loss: try row.get("loss"),
                seconds: try row.get("seconds")
            )
        }
    }

    /// Inserts a trial. A trial with the same number changes nothing.
    public static func insert(_ trial: HyperparameterTrial, study: String, _ connection: PostgresConnection)
        async throws
    {
        let parameters = String(decoding: try JSONEncoder().encode(trial.parameters), as: UTF8.self)
        try await connection.query(
            """
            INSERT INTO modeling.trials (study, trial, parameters, loss, seconds) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """,
            [.text(study), .int(trial.number), .text(parameters), .double(trial.loss), .double(trial.seconds)]
        )
    }
}
