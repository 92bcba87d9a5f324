package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Outbox keeps mails as files, for a portal without a mail server.
type Outbox struct {
	Folder string
	From   From
}

// Send writes the mail to a file of its own that is whole or not there.
func (o Outbox) Send(_ context.Context, m Message) error {
	msg, err := compose(o.From, m)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	draft, err := os.CreateTemp(o.Folder, ".mail-*")
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	defer os.Remove(draft.Name())
	_, err = msg.WriteTo(draft)
	if err = errors.Join(err, draft.Close()); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	name := fmt.Sprintf("%s-%s.eml", time.Now().UTC().Format("20060102T150405.000000Z"), rand.Text()[:6])
	return os.Rename(draft.Name(), filepath.Join(o.Folder, name))
}
