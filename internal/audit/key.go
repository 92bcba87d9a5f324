package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Signer signs checkpoints with an Ed25519 key that the database never sees.
type Signer struct {
	note.Signer
	verifierKey string
}

// LoadOrCreateSigner reads the signing key at path; when there is none, it makes one under the
// given name, which is the log's origin from then on.
func LoadOrCreateSigner(path, name string) (*Signer, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := createKey(path, name); err != nil {
			return nil, fmt.Errorf("audit: create signing key: %w", err)
		}
		key, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("audit: read signing key: %w", err)
	}
	s, err := NewSigner(strings.TrimSpace(string(key)))
	if err != nil {
		return nil, fmt.Errorf("audit: %s: %w", path, err)
	}
	return s, nil
}

// NewSigner takes a signing key in the text form of a signed note's key.
func NewSigner(key string) (*Signer, error) {
	s, err := note.NewSigner(key)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	// PRIVATE+KEY+<name>+<hash>+<algorithm and seed>
	_, encoded, _ := strings.Cut(strings.TrimPrefix(key, "PRIVATE+KEY+"+s.Name()+"+"), "+")
	seed, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return nil, errors.New("signing key: not an Ed25519 key")
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	verifierKey, err := note.NewEd25519VerifierKey(s.Name(), public)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	return &Signer{Signer: s, verifierKey: verifierKey}, nil
}

// VerifierKey is the public key in the text form that tools for signed notes read.
func (s *Signer) VerifierKey() string {
	return s.verifierKey
}

// Publish adds the verifier key to the file at path, one key a line, unless it is there. The keys of
// earlier signers stay, so that what they signed still verifies.
func (s *Signer) Publish(path string) error {
	keys, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("audit: publish verifier key: %w", err)
	}
	if slices.Contains(strings.Fields(string(keys)), s.verifierKey) {
		return nil
	}
	keys = append(keys, s.verifierKey+"\n"...)
	making := path + ".new"
	if err = os.WriteFile(making, keys, 0o644); err == nil {
		err = os.Rename(making, path)
	}
	if err != nil {
		return fmt.Errorf("audit: publish verifier key: %w", err)
	}
	return nil
}

// LoadVerifiers reads the public keys in a file.
func LoadVerifiers(path string) (note.Verifiers, error) {
	keys, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("audit: verifier keys: %w", err)
	}
	return ParseVerifiers(string(keys))
}

// ParseVerifiers reads public keys, one a line.
func ParseVerifiers(keys string) (note.Verifiers, error) {
	var list []note.Verifier
	for key := range strings.FieldsSeq(keys) {
		v, err := note.NewVerifier(key)
		if err != nil {
			return nil, fmt.Errorf("audit: verifier key %q: %w", key, err)
		}
		list = append(list, v)
	}
	if len(list) == 0 {
		return nil, errors.New("audit: no verifier key")
	}
	return note.VerifierList(list...), nil
}

// createKey writes the key whole or not at all. Another portal may do the same at this moment in
// a shared folder: whoever comes second finds the first one's key.
func createKey(path, name string) error {
	key, _, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(key + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
