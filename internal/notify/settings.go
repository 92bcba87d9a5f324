package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/news"
	"clientportal/internal/notify/notifydb"
)

// Mailing is when a mail tells of an event.
type Mailing string

// The ways of mailing: with each event, with all of five minutes, with all of a
// day, or never.
const (
	AtOnce  Mailing = "at_once"
	Grouped Mailing = "grouped"
	Daily   Mailing = "daily"
	None    Mailing = "none"
)

// mailings are all ways, and whoever has chosen none gets the first.
var mailings = []Mailing{AtOnce, Grouped, Daily, None}

// Settings is how a person wants to hear of events.
type Settings struct {
	Mail       map[news.Kind]Mailing `json:"mail" doc:"For each kind of event at_once, grouped, daily or none"`
	DigestHour int                   `json:"digest_hour" doc:"When the daily mail comes, in the reader's own time zone"`
}

// mailing is when a mail tells this person of events of the kind.
func (s Settings) mailing(k news.Kind) Mailing {
	if m, ok := s.Mail[k]; ok {
		return m
	}
	return mailings[0]
}

// whole says for every kind that concerns people of this kind what is to be done.
func (s Settings) whole(of actor.Kind) Settings {
	all := Settings{map[news.Kind]Mailing{}, s.DigestHour}
	for _, t := range news.Topics(of) {
		all.Mail[t.Kind] = s.mailing(t.Kind)
	}
	return all
}

// etag is the entity tag of whole settings.
func (s Settings) etag() string {
	return api.ContentTag(s)
}

func (s Settings) check(of actor.Kind) error {
	var c fault.Check
	own := Settings{}.whole(of).Mail
	for kind, m := range s.Mail {
		_, known := own[kind]
		c.That(known, "mail."+string(kind), "There is no such kind of event.")
		c.That(slices.Contains(mailings, m), "mail."+string(kind), "Choose at_once, grouped, daily or none.")
	}
	c.That(0 <= s.DigestHour && s.DigestHour <= 23, "digest_hour", "Choose an hour from 0 to 23.")
	return c.Err()
}

// refused are the kinds that no mail is to tell of.
func (s Settings) refused() []string {
	kinds := []string{}
	for kind, m := range s.Mail {
		if m == None {
			kinds = append(kinds, string(kind))
		}
	}
	return kinds
}

// Settings are those of the actor.
func (s *Service) Settings(ctx context.Context) (own Settings, err error) {
	who, err := person(ctx)
	if err != nil {
		return own, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		own, err = settingsOf(ctx, tx, account{who.CustomerID(), who.ID, who.Kind})
		return err
	})
	return own.whole(who.Kind), err
}

// ChangeSettings sets how the actor wants to hear of events. What waits for a mail
// that is no longer wanted is not sent.
func (s *Service) ChangeSettings(ctx context.Context, wanted Settings) error {
	who, err := person(ctx)
	if err == nil {
		err = wanted.check(who.Kind)
	}
	if err != nil {
		return err
	}
	own := account{who.CustomerID(), who.ID, who.Kind}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		was, err := settingsOf(ctx, tx, own)
		if err != nil {
			return err
		}
		tx.Record(audit.Event{Action: "notification.settings", Subject: own.subject(), Payload: map[string]any{"before": was.whole(who.Kind), "after": wanted}})
		return saveSettings(ctx, tx, own, wanted)
	})
	if err != nil {
		return fmt.Errorf("change notification settings: %w", err)
	}
	return nil
}

// account is whose settings they are. A client has some in each company.
type account struct {
	CustomerID uuid.UUID
	ID         uuid.UUID
	Kind       actor.Kind
}

func (a account) subject() audit.Subject {
	if a.Kind == actor.Staff {
		return audit.Subject{Type: "employee", ID: a.ID}
	}
	return audit.Subject{Type: "user", ID: a.ID}
}

const defaultHour = 8

func settingsOf(ctx context.Context, tx *db.Tx, a account) (Settings, error) {
	var choices []byte
	var hour int16
	q := notifydb.New(tx)
	if a.Kind == actor.Staff {
		row, err := q.EmployeeSettings(ctx, a.ID)
		choices, hour = row.Mail, row.DigestHour
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return Settings{}, err
		}
	} else {
		row, err := q.MemberSettings(ctx, notifydb.MemberSettingsParams{CustomerID: a.CustomerID, UserID: a.ID})
		choices, hour = row.Mail, row.DigestHour
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return Settings{}, err
		}
	}
	if choices == nil {
		return Settings{DigestHour: defaultHour}, nil
	}
	return readSettings(choices, hour)
}

func readSettings(choices []byte, hour int16) (Settings, error) {
	s := Settings{DigestHour: int(hour)}
	return s, json.Unmarshal(choices, &s.Mail)
}

func saveSettings(ctx context.Context, tx *db.Tx, a account, s Settings) error {
	choices, err := json.Marshal(s.Mail)
	if err != nil {
		return err
	}
	q, now, hour := notifydb.New(tx), clock.Now(ctx), int16(s.DigestHour)
	if a.Kind == actor.Staff {
		return q.SaveEmployeeSettings(ctx, notifydb.SaveEmployeeSettingsParams{
			EmployeeID: a.ID, Mail: choices, DigestHour: hour, Now: now, Refused: s.refused(),
		})
	}
	return q.SaveMemberSettings(ctx, notifydb.SaveMemberSettingsParams{
		CustomerID: a.CustomerID, UserID: a.ID, Mail: choices, DigestHour: hour, Now: now, Refused: s.refused(),
	})
}

// groupFor is how long events are gathered for one mail.
const groupFor = 5 * time.Minute

// due is when the mail goes out that tells of an event of now. A daily one goes at
// its hour of the reader's own clock, whatever that clock does in between.
func (s Settings) due(m Mailing, now time.Time, zone *time.Location) time.Time {
	switch m {
	case Grouped:
		return now.Add(groupFor)
	case Daily:
		y, month, day := now.In(zone).Date()
		at := time.Date(y, month, day, s.DigestHour, 0, 0, 0, zone)
		if !at.After(now) {
			at = time.Date(y, month, day+1, s.DigestHour, 0, 0, 0, zone)
		}
		return at.UTC()
	}
	return now
}
