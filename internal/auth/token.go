package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// newToken makes a secret of 256 bits, fit for a link or a cookie.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// digest is how a token is stored. It needs no salt and no cost: nobody guesses
// 256 bits.
func digest(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// hexDigest is digest for the columns that are text.
func hexDigest(token string) string { return hex.EncodeToString(digest(token)) }
