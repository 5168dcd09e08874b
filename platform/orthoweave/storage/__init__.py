"""Tables with provenance, the ledger of sources and the manifests of builds."""
