"""The parts of reading a Slack export; `archiver.parse.slack_export` puts them together."""
