package oauth

import "crypto/subtle"

// sameText compares in a time that does not tell where the texts differ.
func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
