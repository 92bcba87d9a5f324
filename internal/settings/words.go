package settings

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
	"clientportal/internal/clock"
	"clientportal/internal/db"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
)

// maxWords is how long the words before or after what a mail tells may be.
const maxWords = 2000

// MailWords is a mail with the words that it has.
type MailWords struct {
	wording mail.Wording
	mail.Words
	Kind      mail.Kind  `json:"kind"`
	Label     string     `json:"label"`
	Default   mail.Words `json:"default" doc:"What it says as long as nothing is set"`
	Fillable  []string   `json:"placeholders" doc:"What may stand in braces"`
	UpdatedAt *time.Time `json:"updated_at" doc:"null as long as it has its default"`
}

// tag is the moment of the last change.
func (m MailWords) tag() time.Time {
	if m.UpdatedAt == nil {
		return time.Time{}
	}
	return *m.UpdatedAt
}

func wordsOf(w mail.Wording) MailWords {
	m := MailWords{wording: w, Words: w.Default, Kind: w.Kind, Label: w.Label, Default: w.Default, Fillable: []string{}}
	for _, p := range w.Placeholders {
		m.Fillable = append(m.Fillable, p.Name)
	}
	return m
}

func (s *Service) loadWords(ctx context.Context) (map[mail.Kind]mail.Words, error) {
	words := map[mail.Kind]mail.Words{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(ctx, `select kind, intro, closing from mail_words`)
		if err != nil {
			return err
		}
		var kind mail.Kind
		var w mail.Words
		_, err = pgx.ForEachRow(rows, []any{&kind, &w.Intro, &w.Closing}, func() error { words[kind] = w; return nil })
		return err
	})
	return words, err
}

// MailWords are all mails whose words may be set, for those who may.
func (s *Service) MailWords(ctx context.Context) ([]MailWords, error) {
	if err := mayChange(ctx); err != nil {
		return nil, err
	}
	all := make([]MailWords, len(mail.Wordings))
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		for i, w := range mail.Wordings {
			if all[i], err = storedWords(ctx, tx, w, ""); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// MailWordsOf is one mail with its words.
func (s *Service) MailWordsOf(ctx context.Context, kind mail.Kind) (m MailWords, err error) {
	if err := mayChange(ctx); err != nil {
		return m, err
	}
	w, ok := mail.WordingOf(kind)
	if !ok {
		return m, fault.Missing("mail")
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		m, err = storedWords(ctx, tx, w, "")
		return err
	})
	return m, err
}

// storedWords are a mail's words; more is the end of the query.
func storedWords(ctx context.Context, tx *db.Tx, w mail.Wording, more string) (MailWords, error) {
	m := wordsOf(w)
	rows, err := tx.Query(ctx, `select intro, closing, updated_at from mail_words where kind = $1`+more, w.Kind)
	if err != nil {
		return m, err
	}
	_, err = pgx.ForEachRow(rows, []any{&m.Intro, &m.Closing, &m.UpdatedAt}, func() error { return nil })
	return m, err
}

// SetMailWords sets the words of a mail; match is as of Change.
func (s *Service) SetMailWords(ctx context.Context, kind mail.Kind, words mail.Words, match func(tag time.Time) error) (MailWords, error) {
	return s.changeWords(ctx, kind, &words, match)
}

// ResetMailWords gives a mail its own words back.
func (s *Service) ResetMailWords(ctx context.Context, kind mail.Kind, match func(tag time.Time) error) (MailWords, error) {
	return s.changeWords(ctx, kind, nil, match)
}

// changeWords sets the words of a mail, or with nil removes those that were set.
func (s *Service) changeWords(ctx context.Context, kind mail.Kind, words *mail.Words, match func(tag time.Time) error) (after MailWords, err error) {
	if err := mayChange(ctx); err != nil {
		return after, err
	}
	w, ok := mail.WordingOf(kind)
	if !ok {
		return after, fault.Missing("mail")
	}
	if words != nil {
		if err := checkWords(w, words); err != nil {
			return after, err
		}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		before, err := storedWords(ctx, tx, w, " for update")
		if err != nil {
			return err
		}
		if err := match(before.tag()); err != nil {
			return err
		}
		after = wordsOf(w)
		action, now := "agency.reset_mail", clock.Now(ctx)
		if words != nil {
			after.Words, after.UpdatedAt, action = *words, &now, "agency.set_mail"
			_, err = tx.Exec(ctx, `insert into mail_words (kind, intro, closing, updated_at) values ($1, $2, $3, $4)
				on conflict (kind) do update set intro = excluded.intro, closing = excluded.closing, updated_at = excluded.updated_at`,
				kind, words.Intro, words.Closing, now)
		} else {
			_, err = tx.Exec(ctx, `delete from mail_words where kind = $1`, kind)
		}
		tx.Record(audit.Event{
			Action: action, Subject: audit.Subject{Type: "agency"},
			Payload: map[string]any{"mail": kind, "before": before.Words, "after": after.Words},
		})
		return err
	})
	s.forget()
	return after, err
}

// checkWords tidies words and makes sure that the mail can fill them in.
func checkWords(w mail.Wording, words *mail.Words) error {
	var c fault.Check
	for _, part := range []struct {
		name, label string
		text        *string
	}{{"intro", "the beginning", &words.Intro}, {"closing", "the end", &words.Closing}} {
		*part.text = c.Text(part.name, part.label, strings.ReplaceAll(*part.text, "\r\n", "\n"), 0, maxWords)
		if unknown := w.Unknown(*part.text); unknown != "" {
			c.Add(part.name, "This mail can't fill in %s. It knows %s.", unknown, strings.Join(known(w), ", "))
		}
	}
	return c.Err()
}

// known are the placeholders of a mail as they are written.
func known(w mail.Wording) []string {
	var all []string
	for _, p := range w.Placeholders {
		all = append(all, "{"+p.Name+"}")
	}
	return all
}

// sample is a mail as it looks with these words, for readers without HTML.
func (s *Service) sample(ctx context.Context, w mail.Wording, words mail.Words) (string, error) {
	l, err := s.Letterhead(ctx)
	if err != nil {
		return "", err
	}
	values := w.Samples()
	delete(values, "agency") // the real one
	l.Words = map[mail.Kind]mail.Words{w.Kind: words}
	l.Title, l.Paragraphs = w.Label, []string{"[What the mail tells stands here.]"}
	l.Say(w.Kind, values)
	return l.Text(), nil
}
