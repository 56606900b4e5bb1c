import Foundation
import Modelling
import Postgres

/// modeling.trials: what a search has tried already.
public enum TrialStore {
    public static func read(study: String, _ connection: PostgresConnection) async throws -> [HyperparameterSearch.Trial] {
        try await connection.query(
            "SELECT trial, parameters::text AS parameters, loss, seconds FROM modeling.trials WHERE study = $1 ORDER BY trial", [.text(study)]
        ).map { row in
            HyperparameterSearch.Trial(
                number: try row.get("trial"),
                parameters: try JSONDecoder().decode([String: String].self, from: Data(try row.get("parameters", as: String.self).utf8)),
                loss: try row.get("loss"), seconds: try row.get("seconds"))
        }
    }

    public static func enter(_ trial: HyperparameterSearch.Trial, study: String, _ connection: PostgresConnection) async throws {
        let parameters = String(decoding: try JSONEncoder().encode(trial.parameters), as: UTF8.self)
        try await connection.query(
            "INSERT INTO modeling.trials (study, trial, parameters, loss, seconds) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            [.text(study), .int(trial.number), .text(parameters), .double(trial.loss), .double(trial.seconds)])
    }
}
