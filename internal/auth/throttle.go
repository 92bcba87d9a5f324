package auth

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
)

// limit is how many tries a window of time allows.
type limit struct {
	tries  int
	window time.Duration
}

var (
	perAccount   = limit{10, 15 * time.Minute}  // wrong passwords or codes
	perAddress   = limit{100, 15 * time.Minute} // likewise, from one address
	perRequester = limit{100, 15 * time.Minute} // registrations and forgotten passwords, from one address
	perRecipient = limit{10, time.Hour}         // mails
)

// attempt counts a try to prove who one is: against the account, then against the
// address that it comes from. It counts before the password is looked at, so that
// parallel tries can't slip through together. What the account refuses is not
// held against the address, so that an attack on one account keeps nobody else out.
func (s *Service) attempt(ctx context.Context, r Realm, email string) error {
	account, address := accountKey(r, email), addressKey(ctx, "login")
	if err := s.take(ctx, account, perAccount); err != nil {
		return err
	}
	if err := s.take(ctx, address, perAddress); err != nil {
		return firstError(s.giveBack(ctx, account), err)
	}
	return nil
}

// excuse takes back a try that turned out to be right.
func (s *Service) excuse(ctx context.Context, r Realm, email string) error {
	return s.giveBack(ctx, accountKey(r, email), addressKey(ctx, "login"))
}

// take counts one more under the key, or says when to come again.
func (s *Service) take(ctx context.Context, key string, l limit) error {
	return s.keep(ctx, func(tx *db.Tx) error { return take(ctx, tx, key, l) })
}

func take(ctx context.Context, tx *db.Tx, key string, l limit) error {
	now := clock.Now(ctx)
	var tries int
	var ends time.Time
	err := tx.QueryRow(ctx, `
		insert into throttles (key, tries, window_ends_at) values ($1, 1, $2)
		on conflict (key) do update set
			tries = case when throttles.window_ends_at <= $3 then 1 else least(throttles.tries + 1, $4 + 1) end,
			window_ends_at = case when throttles.window_ends_at <= $3 then $2 else throttles.window_ends_at end
		returning tries, window_ends_at`,
		key, now.Add(l.window), now, l.tries).Scan(&tries, &ends)
	if err != nil || tries <= l.tries {
		return err
	}
	return &fault.Error{
		Code:       fault.Throttled,
		Message:    "There were too many tries. Wait a few minutes, then try again.",
		RetryAfter: max(ends.Sub(now).Truncate(time.Second), time.Second),
	}
}

func (s *Service) giveBack(ctx context.Context, keys ...string) error {
	return s.keep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			update throttles set tries = greatest(tries - 1, 0)
			where key in (select key from throttles where key = any ($1) order by key for update)`, keys)
		return err
	})
}

// mayMail counts a mail to an address, and reports whether it may be sent.
func mayMail(ctx context.Context, tx *db.Tx, email string) (bool, error) {
	err := take(ctx, tx, "mail:"+strings.ToLower(email), perRecipient)
	if fault.CodeOf(err) == fault.Throttled {
		return false, nil
	}
	return err == nil, err
}

func accountKey(r Realm, email string) string {
	return "login:" + string(r) + ":" + strings.ToLower(email)
}

// addressKey names the caller's address. Of IPv6 the network counts: a host has
// as many addresses there as it likes.
func addressKey(ctx context.Context, what string) string {
	who, _ := actor.From(ctx)
	address := who.Address
	if ip, err := netip.ParseAddr(address); err == nil && ip.Is6() && !ip.Is4In6() {
		if network, err := ip.Prefix(64); err == nil {
			address = network.String()
		}
	}
	return what + ":from:" + address
}
