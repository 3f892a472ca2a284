"""The parts of reading Teams messages; `archiver.parse.teams_json` puts them together."""
