package inbound

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"clientportal/internal/fault"
)

// Mailbox is one that mails to the portal are delivered to, read over IMAP.
type Mailbox struct {
	address        string
	tls            bool
	user, password string
	name           string

	tries map[imap.UID]int // how often a mail could not be taken yet
}

// How often the mailbox is looked into, and how long a look may take.
const (
	lookEvery = time.Minute
	lookTakes = 10 * time.Minute
)

// ParseMailbox reads the address of a mailbox, imaps://user:password@host/INBOX. Its
// errors tell no password.
func ParseMailbox(given string) (*Mailbox, error) {
	u, err := url.Parse(given)
	if err != nil {
		return nil, errors.New("this is no address such as imaps://user:password@imap.example.com/INBOX")
	}
	password, known := u.User.Password()
	m := &Mailbox{user: u.User.Username(), password: password, name: strings.TrimPrefix(u.Path, "/"), tries: map[imap.UID]int{}}
	port := ""
	switch {
	case u.Scheme == "imaps":
		m.tls, port = true, "993"
	case u.Scheme == "imap" && loopback(u.Hostname()):
		port = "143"
	case u.Scheme == "imap":
		return nil, errors.New("without TLS the password would be read on its way: write imaps://, or imap:// on this machine only")
	default:
		return nil, errors.New("the address must begin with imaps://")
	}
	if u.Hostname() == "" || m.user == "" || !known {
		return nil, errors.New("the address must name a user, a password and a host: imaps://user:password@imap.example.com/INBOX")
	}
	m.address, m.name = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port)), cmp.Or(m.name, "INBOX")
	return m, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// String names the mailbox without its password.
func (m *Mailbox) String() string { return m.user + " at " + m.address }

// Watch looks into the mailbox every minute until ctx ends.
func (m *Mailbox) Watch(ctx context.Context, to Receiver) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := m.Look(ctx, to); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "the mailbox of replies can't be read; it is tried again", "mailbox", m.String(), "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Look takes each mail that nobody has seen. One that was taken, or never will be, is
// marked as seen, the latter flagged too; one that can't be taken now stays unseen, and is
// tried again after the others. Between the taking and the mark the portal may crash: then
// the mail is taken twice, and its receiver knows it by its id.
func (m *Mailbox) Look(ctx context.Context, to Receiver) error {
	ctx, cancel := context.WithTimeout(ctx, lookTakes)
	defer cancel()
	client, selected, err := m.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	defer context.AfterFunc(ctx, func() { _ = client.Close() })()
	found, err := client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		return fmt.Errorf("look for new mails: %w", err)
	}
	uids := found.AllUIDs()
	slices.SortStableFunc(uids, func(a, b imap.UID) int { return cmp.Compare(m.tries[a], m.tries[b]) })
	for _, uid := range uids {
		m.tries[uid]++ // before anything can go wrong
		flags, err := m.take(ctx, client, uid, fmt.Sprintf("uid-%d-%d@%s", selected.UIDValidity, uid, m.address), to)
		switch {
		case errors.Is(err, errLater):
			continue
		case err != nil:
			return err
		}
		if err := client.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: flags}, nil).Close(); err != nil {
			return fmt.Errorf("mark a mail as seen: %w", err)
		}
		delete(m.tries, uid)
	}
	return client.Logout().Wait()
}

func (m *Mailbox) open(ctx context.Context) (*imapclient.Client, *imap.SelectData, error) {
	options := &imapclient.Options{Dialer: &net.Dialer{Timeout: 30 * time.Second, Cancel: ctx.Done()}} //nolint:staticcheck // the client takes no context
	dial := imapclient.DialTLS
	if !m.tls {
		dial = imapclient.DialInsecure
	}
	client, err := dial(m.address, options)
	if err != nil {
		return nil, nil, fmt.Errorf("reach the mailbox: %w", err)
	}
	if err := client.Login(m.user, m.password).Wait(); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("sign in to the mailbox: %w", err), client.Close())
	}
	selected, err := client.Select(m.name, nil).Wait()
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open %s: %w", m.name, err), client.Close())
	}
	return client, selected, nil
}

var errLater = errors.New("inbound: try again later")

// How a mail is marked: that it was dealt with, and that somebody should look at it.
var (
	seen    = []imap.Flag{imap.FlagSeen}
	refused = []imap.Flag{imap.FlagSeen, imap.FlagFlagged}
)

// take gives one mail to the receiver, and says how it is to be marked then.
func (m *Mailbox) take(ctx context.Context, client *imapclient.Client, uid imap.UID, id string, to Receiver) ([]imap.Flag, error) {
	log := slog.With("mailbox", m.String(), "uid", uid)
	facts, err := client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
	if err != nil {
		return nil, fmt.Errorf("fetch a mail: %w", err)
	}
	if len(facts) != 1 {
		return nil, errLater // somebody has removed it
	}
	if facts[0].RFC822Size > MaxSize {
		log.WarnContext(ctx, "a mail is too large to be taken", "bytes", facts[0].RFC822Size)
		return refused, nil
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	bodies, err := client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
	if err != nil {
		return nil, fmt.Errorf("fetch a mail: %w", err)
	}
	if len(bodies) != 1 {
		return nil, errLater
	}
	mail, err := open(bytes.NewReader(bodies[0].FindBodySection(whole)))
	if err != nil {
		log.WarnContext(ctx, "a mail can't be read", "error", err)
		return refused, nil
	}
	mail.ID, mail.Remote = cmp.Or(mail.ID, id), m.address
	if mail.To = mail.addressee(to.Accepts); mail.To == "" {
		log.InfoContext(ctx, "a mail is for none of the portal's addresses")
		return refused, nil
	}
	if why := mail.automatic(mail.returnPath()); why != "" {
		log.InfoContext(ctx, "a mail by a program is dropped", "because", why)
		return seen, nil
	}
	return marked(ctx, log, to.Receive(ctx, mail))
}

// marked is how a mail is marked after the receiver's answer.
func marked(ctx context.Context, log *slog.Logger, err error) ([]imap.Flag, error) {
	e, isFault := errors.AsType[*fault.Error](err)
	switch {
	case err == nil:
		return seen, nil
	case isFault && !temporary(e):
		log.WarnContext(ctx, "a mail is refused", "because", err)
		return refused, nil
	}
	log.ErrorContext(ctx, "a mail could not be taken", "error", err)
	return nil, errLater
}
