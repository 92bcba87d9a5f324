// Package secret keeps what must be read again (second-factor secrets, credentials)
// encrypted at rest, with Tink.
package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Box encrypts with the portal's keys. The associated data (a row's id) must be the
// same to open as it was to seal: a ciphertext moved to another row does not open.
type Box struct {
	file string // of the keys; "" where they are in the environment

	mu   sync.RWMutex
	keys keys
}

// keys are a keyset at work.
type keys struct {
	raw       []byte
	primary   uint32
	primitive tink.AEAD
}

// Seal encrypts plain for the row of this id.
func (b *Box) Seal(plain []byte, id string) (string, error) {
	sealed, err := b.current().primitive.Encrypt(plain, []byte(id))
	return base64.StdEncoding.EncodeToString(sealed), err
}

// Open decrypts what was sealed for the row of this id. A key that it does not know
// may be a new one: then the file of the keys is read again.
func (b *Box) Open(sealed, id string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, errors.New("secret: not a ciphertext")
	}
	plain, err := b.current().primitive.Decrypt(raw, []byte(id))
	if err != nil && b.reload() {
		return b.current().primitive.Decrypt(raw, []byte(id))
	}
	return plain, err
}

// Current reports whether a text is sealed with the newest key.
func (b *Box) Current(sealed string) bool {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	// Tink's prefix: its version, then the key's id.
	return err == nil && len(raw) > 5 && raw[0] == 1 && binary.BigEndian.Uint32(raw[1:5]) == b.current().primary
}

func (b *Box) current() keys {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.keys
}

// reload reads the keys again, and reports whether they are others now.
func (b *Box) reload() bool {
	if b.file == "" {
		return false
	}
	raw, err := os.ReadFile(b.file)
	if err != nil || bytes.Equal(raw, b.current().raw) {
		return false
	}
	read, err := parse(raw)
	if err != nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys = read
	return true
}

// Load reads the keys: a Tink keyset as JSON, or the path of a file of one. With
// neither, they are made once in the data folder.
func Load(given, dataDir string) (*Box, error) {
	raw, file, err := keysetJSON(given, filepath.Join(dataDir, "secret-keys.json"))
	if err != nil {
		return nil, fmt.Errorf("secret keys: %w", err)
	}
	read, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("secret keys: %w", err)
	}
	return &Box{file: file, keys: read}, nil
}

func parse(raw []byte) (keys, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return keys{}, fmt.Errorf("not a Tink keyset: %w", err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return keys{}, err
	}
	primary, err := handle.Primary()
	if err != nil {
		return keys{}, err
	}
	return keys{raw, primary.KeyID(), primitive}, nil
}

func keysetJSON(given, own string) (raw []byte, file string, err error) {
	switch {
	case given != "" && given[0] == '{':
		return []byte(given), "", nil
	case given != "":
		raw, err = os.ReadFile(given)
		return raw, given, err
	}
	if raw, err := os.ReadFile(own); err == nil || !errors.Is(err, os.ErrNotExist) {
		return raw, own, err
	}
	raw, err = create(own)
	return raw, own, err
}

// create makes a keyset file that is whole or not there; a portal that was quicker
// wins.
func create(path string) ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	draft, err := draftOf(handle, path)
	if err != nil {
		return nil, err
	}
	defer os.Remove(draft)
	if err := os.Link(draft, path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// draftOf writes keys to a file beside path, mode 0600.
func draftOf(handle *keyset.Handle, path string) (string, error) {
	var raw bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&raw)); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".secret-keys-*")
	if err != nil {
		return "", err
	}
	_, err = draft.Write(raw.Bytes())
	return draft.Name(), errors.Join(err, draft.Sync(), draft.Close())
}
