"""Parts of the reader of RSMF: what stands around the manifest, and what its events say."""
