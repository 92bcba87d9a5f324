// Package secret keeps what must be read again (second-factor secrets, credentials)
// encrypted at rest, with Tink.
package secret

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Box encrypts with the portal's keys. The associated data (a row's id) must be the
// same to open as it was to seal: a ciphertext moved to another row does not open.
type Box struct{ primitive tink.AEAD }

// Seal encrypts plain for the row of this id.
func (b *Box) Seal(plain []byte, id string) (string, error) {
	sealed, err := b.primitive.Encrypt(plain, []byte(id))
	return base64.StdEncoding.EncodeToString(sealed), err
}

// Open decrypts what was sealed for the row of this id.
func (b *Box) Open(sealed, id string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, errors.New("secret: not a ciphertext")
	}
	return b.primitive.Decrypt(raw, []byte(id))
}

// Load reads the keys: a Tink keyset as JSON, or the path of a file of one. With
// neither, they are made once in the data folder.
func Load(given, dataDir string) (*Box, error) {
	raw, err := keysetJSON(given, filepath.Join(dataDir, "secret-keys.json"))
	if err != nil {
		return nil, fmt.Errorf("secret keys: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, fmt.Errorf("secret keys: not a Tink keyset: %w", err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("secret keys: %w", err)
	}
	return &Box{primitive}, nil
}

func keysetJSON(given, own string) ([]byte, error) {
	switch {
	case given != "" && given[0] == '{':
		return []byte(given), nil
	case given != "":
		return os.ReadFile(given)
	}
	if raw, err := os.ReadFile(own); err == nil || !errors.Is(err, os.ErrNotExist) {
		return raw, err
	}
	return create(own)
}

// create makes a keyset file that is whole or not there; a portal that was quicker
// wins.
func create(path string) ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	var raw bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&raw)); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".secret-keys-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(raw.Bytes())
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}
