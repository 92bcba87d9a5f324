package ticket

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/audit"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/inbound"
	"clientportal/internal/ticket/ticketdb"
	"clientportal/internal/upload"
)

// Accepts reports whether the address may be one for replies.
func (s *Service) Accepts(address string) bool {
	_, _, ok := s.parseReply(address)
	return ok
}

// Receive adds a reply by mail to its ticket, as the person for whom the address was
// made: it must come from theirs, and they must still belong to the ticket.
func (s *Service) Receive(ctx context.Context, m *inbound.Message) error {
	ctx = actor.With(ctx, actor.Actor{Kind: actor.Anonymous, Name: m.From, Address: m.Remote, RequestID: uuid.Must(uuid.NewV7()).String()})
	r, signature, ok := s.parseReply(m.To)
	if !ok {
		return fault.Missing("address")
	}
	err := s.take(ctx, m, r, signature)
	if fault.CodeOf(err) == fault.Forbidden {
		recorded := s.DB.Record(actor.As(ctx, "replies"), audit.Event{
			Action: "reply.refuse", Outcome: audit.Denied, Subject: subject(r.ticket), Payload: map[string]string{"from": m.From},
		})
		err = errors.Join(err, recorded)
	}
	return err
}

func (s *Service) take(ctx context.Context, m *inbound.Message, r reply, signature []byte) error {
	who, err := s.replying(ctx, m.From, r)
	if err != nil {
		return err
	}
	key, err := s.replyKey(ctx)
	if err != nil {
		return err
	}
	if who == nil || !hmac.Equal(signature, r.signature(key, who.ID)) {
		return fault.Denied("This address takes replies only of the person it was made for, from their own address.")
	}
	caller, _ := actor.From(ctx)
	who.Address, who.RequestID = caller.Address, caller.RequestID
	files := s.Uploads("attachments")
	defer files.Discard(ctx)
	text, err := m.Read(func(name string, content io.Reader) error { return files.Add(ctx, name, content) })
	if err != nil {
		return fmt.Errorf("read a reply: %w", err)
	}
	if text == "" && len(files.Stored()) > 0 {
		text = "See what is attached."
	}
	return s.addReply(actor.With(ctx, *who), m, r, text, files)
}

// addReply adds the comment. A mail that a server delivers twice is one.
func (s *Service) addReply(ctx context.Context, m *inbound.Message, r reply, text string, files *upload.Files) error {
	add := func(ctx context.Context) (db.Answer, error) {
		var err error
		if r.staff {
			_, err = s.Desk().AddComment(ctx, r.ticket, NewDeskComment{Body: text, Internal: r.internal, Files: files})
		} else {
			_, err = s.AddComment(ctx, r.ticket, NewComment{Body: text, Files: files})
		}
		return db.Answer{Status: 204, Header: map[string][]string{}, Body: []byte{}}, err
	}
	if m.ID == "" {
		_, err := add(ctx)
		return err
	}
	who, _ := actor.From(ctx)
	same := sha256.Sum256(append(r.head(), m.ID...))
	_, err := s.DB.Once(ctx, db.Key{Principal: "mail:" + who.ID.String(), Key: hex.EncodeToString(same[:]), Fingerprint: same[:]}, add)
	return err
}

// replying is who has this address and may answer on the ticket, or nil.
func (s *Service) replying(ctx context.Context, email string, r reply) (*actor.Actor, error) {
	ctx = actor.As(ctx, "replies")
	var who *actor.Actor
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		q := ticketdb.New(tx)
		if r.staff {
			e, err := q.EmployeeReplying(ctx, ticketdb.EmployeeReplyingParams{TicketID: r.ticket, Email: email})
			role := actor.Role(e.Role)
			who = &actor.Actor{Kind: actor.Staff, ID: e.ID, Name: e.Name, Email: email, Role: role,
				CustomerIDs: e.CustomerIds, AllCustomers: role == actor.Admin}
			return err
		}
		u, err := q.MemberReplying(ctx, ticketdb.MemberReplyingParams{TicketID: r.ticket, Email: email})
		who = &actor.Actor{Kind: actor.Client, ID: u.ID, Name: u.Name, Email: email, Role: actor.Role(u.Role),
			CustomerIDs: []uuid.UUID{u.CustomerID}}
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find who replies: %w", err)
	}
	return who, nil
}
