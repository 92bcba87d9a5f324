package audit

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

const (
	maxPayload     = 16 << 10 // bytes of canonical JSON
	maxHead        = 5000     // quoting and repair at most treble it, so it stays under maxPayload
	maxCollections = 1000     // arrays and objects: bounds the nesting that PostgreSQL has to parse
	saltSize       = 16
)

// payload is what an event changed, with the salt that keeps its hash from being guessed
// after the payload itself is erased.
type payload struct {
	salt []byte
	json []byte // canonical
}

// encodePayload returns the payload in the form that is stored and hashed; nil when v is nil.
func encodePayload(v any) (payload, error) {
	if v == nil {
		return payload{}, nil
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return payload{}, fmt.Errorf("audit: encode payload: %w", err)
	}
	raw = withoutNulls(raw)
	canonical := bytes.Clone(raw)
	if canonicalize(&canonical) != nil || tooLarge(canonical) {
		if canonical, err = excerpt(raw); err != nil {
			return payload{}, err
		}
	}
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails
	return payload{salt: salt, json: canonical}, nil
}

// hash is the text that stands for the payload in the leaf.
func (p payload) hash() string {
	if p.json == nil {
		return ""
	}
	h := sha256.New()
	h.Write(p.salt)
	h.Write(p.json)
	return hex.EncodeToString(h.Sum(nil))
}

// nullEscape matches an escaped backslash first, so that a backslash before the text "u0000" is no null.
var nullEscape = strings.NewReplacer(`\\`, `\\`, `\u0000`, "\uFFFD")

// withoutNulls replaces the null characters in JSON text: PostgreSQL's jsonb refuses them.
func withoutNulls(raw []byte) []byte {
	if !bytes.Contains(raw, []byte(`\u0000`)) {
		return raw
	}
	return []byte(nullEscape.Replace(string(raw)))
}

func tooLarge(canonical []byte) bool {
	collections := bytes.Count(canonical, []byte("[")) + bytes.Count(canonical, []byte("{"))
	return len(canonical) > maxPayload || collections > maxCollections
}

// excerpt stands in for a payload that is too large to keep: its beginning, its size and its hash.
func excerpt(raw []byte) ([]byte, error) {
	sum := sha256.Sum256(raw)
	head := raw[:min(len(raw), maxHead)]
	return canonicalJSON(struct {
		Bytes     int    `json:"bytes"`
		Head      string `json:"head"`
		SHA256    string `json:"sha256"`
		Truncated bool   `json:"truncated"`
	}{len(raw), strings.ToValidUTF8(string(head), "\uFFFD"), hex.EncodeToString(sum[:]), true})
}
