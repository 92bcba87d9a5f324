package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/news"
	"clientportal/internal/notify/notifydb"
)

// listener is a reader who is still there, and how they want to hear.
type listener struct {
	news.Reader
	Settings
	zone *time.Location
}

// Tell keeps the notice for each of its readers who is still there, and sees to
// their mails. It answers with those to whom the feature writes itself, if the
// notice says that it does. The portal acts, in a Write of the feature's.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, n news.Notice) (letters []news.Reader, err error) {
	listeners, err := listenersTo(ctx, tx, n)
	if err != nil {
		return nil, fmt.Errorf("whom to tell: %w", err)
	}
	for _, l := range listeners {
		m := l.mailing(n.Kind)
		if n.OwnLetters && m == AtOnce {
			letters = append(letters, l.Reader)
		}
		row := rowOf(n, l.Reader)
		if m != None && (m != AtOnce || !n.OwnLetters) {
			word, due := string(m), l.due(m, clock.Now(ctx), l.zone)
			row.Mailing, row.MailDueAt = &word, &due
		}
		if row.Mailing != nil && m == AtOnce {
			id := newID()
			row.MailID = &id
		}
		added, err := notifydb.New(tx).Add(ctx, row)
		if err != nil {
			return nil, fmt.Errorf("keep a notification: %w", err)
		}
		if added == 0 {
			continue // told before, by a try that failed later
		}
		if row.MailID != nil {
			tx.Enqueue(letter{MailID: *row.MailID}, nil)
		}
		tx.Announce(hint(n.CustomerID, l.ID))
	}
	return letters, nil
}

func rowOf(n news.Notice, to news.Reader) notifydb.AddParams {
	row := notifydb.AddParams{
		ID: newID(), CustomerID: n.CustomerID, Kind: string(n.Kind), EventID: n.EventID,
		SubjectType: n.Subject.Type, SubjectID: n.Subject.ID,
		Who: n.Who, Text: n.Text, About: n.About, Note: n.Note, Path: n.Path, CreatedAt: n.At,
	}
	if to.Staff {
		row.EmployeeID, row.Path = &to.ID, pathOf(actor.Staff, n.Path)
	} else {
		row.UserID = &to.ID
	}
	return row
}

// listenersTo are the readers who may still hear of the customer.
func listenersTo(ctx context.Context, tx *db.Tx, n news.Notice) (all []listener, err error) {
	users, employees := []uuid.UUID{}, []uuid.UUID{}
	for _, r := range n.Readers {
		if r.Staff {
			employees = append(employees, r.ID)
		} else {
			users = append(users, r.ID)
		}
	}
	q := notifydb.New(tx)
	members, err := q.Members(ctx, notifydb.MembersParams{CustomerID: n.CustomerID, Ids: users})
	for _, m := range members {
		all = append(all, listener{news.Reader{ID: m.ID}, settingsFrom(m.Mail, m.DigestHour, &err), zoneOf(m.Timezone)})
	}
	if err != nil {
		return nil, err
	}
	staff, err := q.Employees(ctx, notifydb.EmployeesParams{CustomerID: n.CustomerID, Ids: employees})
	for _, e := range staff {
		all = append(all, listener{news.Reader{ID: e.ID, Staff: true}, settingsFrom(e.Mail, e.DigestHour, &err), zoneOf(e.Timezone)})
	}
	return all, err
}

// settingsFrom reads settings and keeps the first error in err.
func settingsFrom(choices []byte, hour int16, err *error) Settings {
	s, bad := readSettings(choices, hour)
	if *err == nil {
		*err = bad
	}
	return s
}

func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}
