package ticket

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/ticket/ticketdb"
)

// reply is what an address for replies stands for: this person's answer on this
// ticket. The person is not in the address but in its signature, so that the
// address is of no use to anybody else.
type reply struct {
	ticket   uuid.UUID
	staff    bool
	internal bool // an answer to an internal note stays among the agency's people
}

// An address is name+token@domain, the token being flags, ticket and signature in
// base32: mail servers may change the case, and take 64 characters before the @.
const (
	signatureSize = 16
	tokenSize     = 1 + 16 + signatureSize

	staffFlag    = 1
	internalFlag = 2
)

var tokenCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func (r reply) head() []byte {
	var flags byte
	if r.staff {
		flags |= staffFlag
	}
	if r.internal {
		flags |= internalFlag
	}
	return append([]byte{flags}, r.ticket[:]...)
}

func (r reply) signature(key []byte, person uuid.UUID) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(r.head())
	mac.Write(person[:])
	return mac.Sum(nil)[:signatureSize]
}

// replyTo is the address for a person's replies, or "" where none are taken.
func (c *core) replyTo(ctx context.Context, r reply, person uuid.UUID) (string, error) {
	local, domain, ok := strings.Cut(c.ReplyAddress, "@")
	if !ok {
		return "", nil
	}
	key, err := c.replyKey(ctx)
	if err != nil {
		return "", err
	}
	token := append(r.head(), r.signature(key, person)...)
	return local + "+" + tokenCode.EncodeToString(token) + "@" + domain, nil
}

// parseReply reads an address. Whether its signature is somebody's is to be checked.
func (c *core) parseReply(address string) (r reply, signature []byte, ok bool) {
	local, domain, _ := strings.Cut(c.ReplyAddress, "@")
	given, at, _ := strings.Cut(strings.ToLower(address), "@")
	token, named := strings.CutPrefix(given, strings.ToLower(local)+"+")
	raw, err := tokenCode.DecodeString(token)
	if c.ReplyAddress == "" || !named || at != strings.ToLower(domain) || err != nil || len(raw) != tokenSize {
		return r, nil, false
	}
	r = reply{ticket: uuid.UUID(raw[1:17]), staff: raw[0]&staffFlag != 0, internal: raw[0]&internalFlag != 0}
	return r, raw[17:], true
}

// sealedFor keeps the sealed key from being taken for another secret.
const sealedFor = "reply_key"

// replyKey is what addresses for replies are signed with, made once for all portals
// of the database.
func (c *core) replyKey(ctx context.Context) ([]byte, error) {
	if key := c.replyKeyCache.Load(); key != nil {
		return *key, nil
	}
	ctx = actor.As(ctx, "replies")
	sealed, err := c.storedReplyKey(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		if err = c.makeReplyKey(ctx); err == nil {
			sealed, err = c.storedReplyKey(ctx)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key of replies: %w", err)
	}
	key, err := c.Secrets.Open(sealed, sealedFor)
	if err != nil {
		return nil, fmt.Errorf("key of replies: %w", err)
	}
	c.replyKeyCache.Store(&key)
	return key, nil
}

func (c *core) storedReplyKey(ctx context.Context) (sealed string, err error) {
	err = c.DB.Read(ctx, func(tx *db.Tx) error {
		sealed, err = ticketdb.New(tx).ReplyKey(ctx)
		return err
	})
	return sealed, err
}

// makeReplyKey keeps a new key, unless another portal was quicker.
func (c *core) makeReplyKey(ctx context.Context) error {
	key := make([]byte, sha256.Size)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	sealed, err := c.Secrets.Seal(key, sealedFor)
	if err != nil {
		return err
	}
	return c.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := ticketdb.New(tx).AddReplyKey(ctx, sealed)
		if err == nil && n == 0 {
			return db.ErrUnchanged
		}
		tx.Record(audit.Event{Action: "reply.make_key"})
		return err
	})
}
