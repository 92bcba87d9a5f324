package secret

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// ErrInEnvironment is returned where the keys stand in the environment: whoever put
// them there adds the new one.
var ErrInEnvironment = errors.New("the keys are in PORTAL_SECRET_KEYS: add a new primary key there (tinkey rotate-keyset), keep the old ones, then run this again with --reseal")

// Rotate adds a new key to the file of the keys, with which all is sealed from now
// on. The old ones stay, to open what they sealed. Portals that run find the new one
// when they meet it.
func (b *Box) Rotate() error {
	if b.file == "" {
		return ErrInEnvironment
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(b.current().raw)))
	if err != nil {
		return fmt.Errorf("secret keys: %w", err)
	}
	manager := keyset.NewManagerFromHandle(handle)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("make a new key: %w", err)
	}
	if err := manager.SetPrimary(id); err != nil {
		return fmt.Errorf("use the new key: %w", err)
	}
	if handle, err = manager.Handle(); err != nil {
		return err
	}
	draft, err := draftOf(handle, b.file)
	if err != nil {
		return fmt.Errorf("write the keys: %w", err)
	}
	defer os.Remove(draft)
	if err := os.Rename(draft, b.file); err != nil {
		return fmt.Errorf("write the keys: %w", err)
	}
	if !b.reload() {
		return errors.New("the new keys can't be read again")
	}
	return nil
}
