"""Settings without request limits: tests ask more often than people may."""

NO_REQUEST_LIMITS = {
    f"{who}_LIMIT_{scope}": "0"
    for who in ("USER", "ADDRESS")
    for scope in ("AI", "PRONUNCIATION", "UPLOAD", "GENERAL")
}
