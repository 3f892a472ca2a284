"""Parts of the reader of Cellebrite's report: the walk through the XML, and what its models say."""
