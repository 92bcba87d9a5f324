package settings_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/mail"
	"clientportal/internal/settings"
)

func TestWordsOfMails(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := settings.New(d.DB, "https://portal.example")
	admin := as(t.Context(), actor.Admin)
	words := mail.Words{Intro: "Hello {name},\r\n\r\n{author} has answered {number}.", Closing: "Kind regards, {agency}"}
	for _, role := range []actor.Role{actor.Manager, actor.Agent} {
		_, read := s.MailWords(as(t.Context(), role))
		_, set := s.SetMailWords(as(t.Context(), role), mail.TicketAnswer, words, always)
		_, reset := s.ResetMailWords(as(t.Context(), role), mail.TicketAnswer, always)
		for what, err := range map[string]error{"read": read, "set": set, "reset": reset} {
			if fault.CodeOf(err) != fault.Forbidden {
				t.Errorf("%s by a %s: %v", what, role, err)
			}
		}
	}
	if _, err := s.SetMailWords(admin, "no such mail", words, always); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("of no mail: %v", err)
	}
	for field, bad := range map[string]mail.Words{
		"intro":   {Intro: "Hello {inviter}"}, // who invites is not known to an answer
		"closing": {Closing: "An {open brace"},
	} {
		_, err := s.SetMailWords(admin, mail.TicketAnswer, bad, always)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Code != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field || !strings.Contains(f.Fields[0].Message, "{name}") {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := s.SetMailWords(admin, mail.TicketAnswer, mail.Words{Intro: strings.Repeat("x", 2001)}, always); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("too many words: %v", err)
	}
	set, err := s.SetMailWords(admin, mail.TicketAnswer, words, always)
	if err != nil || set.UpdatedAt == nil {
		t.Fatalf("%+v, %v", set, err)
	}
	if _, err := s.SetMailWords(admin, mail.TicketAnswer, words, func(time.Time) error { return fault.New(fault.Stale, "changed") }); fault.CodeOf(err) != fault.Stale {
		t.Errorf("stale: %v", err)
	}
	letter, err := s.Letterhead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	letter.Agency = "Northlight"
	letter.Say(mail.TicketAnswer, map[string]string{"name": "Mara {number}", "author": "Sam", "number": "DG-1"})
	if got := strings.Join(append(letter.Intro, letter.Closing...), "|"); got != "Hello Mara {number},|Sam has answered DG-1.|Kind regards, Northlight" {
		t.Errorf("the mail says %q", got)
	}
	if text := letter.Text(); !strings.Contains(text, "Sam has answered DG-1.") || !strings.Contains(text, "Kind regards, Northlight") {
		t.Errorf("for readers without HTML: %s", text)
	}
	if reset, err := s.ResetMailWords(admin, mail.TicketAnswer, always); err != nil || reset.UpdatedAt != nil || reset.Intro != "" {
		t.Errorf("reset: %+v, %v", reset, err)
	}
	all, err := s.MailWords(admin)
	if err != nil || len(all) != len(mail.Wordings) || all[0].Kind != mail.Invitation || all[0].Intro == "" || all[0].UpdatedAt != nil {
		t.Errorf("%+v, %v", all, err)
	}
	var events int
	err = d.Read(admin, func(tx *db.Tx) error {
		return tx.QueryRow(admin, `select count(*) from audit_events where action in ('agency.set_mail', 'agency.reset_mail')`).Scan(&events)
	})
	if err != nil || events != 2 {
		t.Errorf("%d events, %v", events, err)
	}
}
