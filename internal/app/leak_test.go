package app_test

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"clientportal/internal/app/apptest"
)

// secrets is what was put into a portal, to be looked for where it must not be.
type secrets struct {
	internal []string // the agency's own words
	hidden   []string // what nobody is ever told again
	mailed   []string // what one mail tells, and nothing else
}

// canary is a word that stands nowhere by chance.
func canary(kind string) string { return "canary" + kind + strings.ToLower(rand.Text()[:12]) }

func TestInternalWordsDoNotLeak(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	topics := s.caller("admin").Follow("/api/client-portal/events")
	words := s.writeInternally()
	seen := string(s.caller("agent").Get("/api/staff/tickets/" + s.Acme.Ticket.ID.String()).Body)
	for _, word := range words.internal[:3] { // the last is inside the file
		if !strings.Contains(seen, word) {
			t.Fatalf("the agent does not see %s", word)
		}
	}
	public := s.ticket("member")
	for topic := ""; topic != "ticket:"+public; {
		if topic = apptest.Next(t, topics); strings.Contains(topic, s.Acme.Ticket.ID.String()) {
			t.Errorf("a client's stream tells of an internal change: %s", topic)
		}
	}

	for path, body := range s.allThatReads("admin") {
		words.in(t, path, body, words.internal)
	}
	s.Settle(t)
	for _, m := range s.Mails(t) {
		if !strings.HasSuffix(m.To, "@agency.example") {
			words.in(t, "a mail to "+m.To, m.Source+m.Text+m.HTML, words.internal)
		}
	}
	for table, rows := range s.rows("portal_client") {
		words.in(t, table+" as its customer reads it", rows, words.internal)
	}
	words.in(t, "the log", logs.String(), words.internal)

	for _, word := range words.internal {
		s.expectEmpty("a search for internal words", s.caller("admin").Get("/api/client-portal/tickets?q="+word))
	}
	s.caller("admin").Get("/api/client-portal/attachments/"+s.Acme.Ticket.InternalAttachment.String()).Must(t, http.StatusNotFound)
}

// writeInternally lets Acme's agent write what Acme must not read.
func (s *scene) writeInternally() *secrets {
	s.t.Helper()
	w := &secrets{internal: []string{canary("notes"), canary("comment"), canary("file"), canary("content")}}
	notes, comment, file, content := w.internal[0], w.internal[1], w.internal[2], w.internal[3]
	agent, at := s.caller("agent"), "/api/staff/tickets/"+s.Acme.Ticket.ID.String()
	agent.JSON(http.MethodPut, at, map[string]string{"internal_notes": notes}).Must(s.t, http.StatusOK)
	agent.With("Idempotency-Key", "internal").JSON(http.MethodPost, at+"/comments", map[string]any{"body": comment, "internal": true}).
		Must(s.t, http.StatusCreated)
	agent.Upload(at+"/attachments", "file", map[string]string{"internal": "true"}, apptest.File{Name: file + ".txt", Content: []byte(content)}).
		Must(s.t, http.StatusCreated)
	page := "/staff/tickets/" + s.Acme.Ticket.ID.String()
	agent.Form(page+"/comments", url.Values{"body": {comment}, "kind": {"note"}}).Must(s.t, http.StatusSeeOther)
	agent.Form(page+"/notes", url.Values{"internal_notes": {notes + " again"}}).Must(s.t, http.StatusSeeOther)
	return w
}

func TestSecretsDoNotLeak(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	words := s.useSecrets()
	words.hidden = append(words.hidden, s.useCredentials()...)
	words.mailed = append(words.mailed, s.unsubscribe())
	s.Settle(t)
	all := append(append([]string{}, words.hidden...), words.mailed...)

	for _, name := range []string{"admin", "member", "staff admin"} {
		for path, body := range s.allThatReads(name) {
			words.in(t, path+" as "+name, body, all)
		}
	}
	for table, rows := range s.rows("postgres") {
		words.in(t, "the table "+table, rows, all)
	}
	words.in(t, "the log", logs.String(), all)
	told := map[string]int{}
	for _, m := range s.Mails(t) {
		words.in(t, "a mail to "+m.To, m.Source+m.Text+m.HTML, words.hidden)
		for _, word := range words.mailed {
			if strings.Contains(m.Text+m.HTML+m.Header.Get("List-Unsubscribe"), word) {
				told[word]++
			}
		}
	}
	for _, word := range words.mailed {
		if told[word] != 1 {
			t.Errorf("%d mails tell %s, want 1", told[word], word)
		}
	}
}

// useSecrets lets people use passwords, tokens and codes of every kind.
func (s *scene) useSecrets() *secrets {
	s.t.Helper()
	t, w := s.t, &secrets{}
	hide := func(words ...string) { w.hidden = append(w.hidden, words...) }
	mailed := func(word string) string { w.mailed = append(w.mailed, word); return word }
	const auth = "/api/client-portal/auth/"
	nobody, email := s.Nobody(t), s.newEmail()

	// Somebody is invited, registers, and forgets the password.
	first, second := canary("password"), canary("password")
	wrong := canary("password")
	hide(first, second, wrong)
	s.caller("admin").With("Idempotency-Key", "invite").
		JSON(http.MethodPost, "/api/client-portal/team/invitations", map[string]string{"email": email, "role": "admin"}).Must(t, http.StatusCreated)
	invitation := mailed(s.Token(t, email, "invite"))
	nobody.Get("/register?invite="+invitation).Must(t, http.StatusOK)
	nobody.JSON(http.MethodPost, auth+"register", map[string]string{
		"email": email, "password": first, "first_name": "N", "last_name": "N", "invite_token": invitation,
	}).Must(t, http.StatusAccepted)
	verification := mailed(s.Token(t, email, "token"))
	nobody.Get("/verify?token="+verification).Must(t, http.StatusOK)
	nobody.JSON(http.MethodPost, auth+"verify-email", map[string]string{"token": verification}).Must(t, http.StatusNoContent)
	nobody.JSON(http.MethodPost, auth+"login", map[string]string{"email": email, "password": wrong}).Must(t, http.StatusUnauthorized)
	nobody.JSON(http.MethodPost, auth+"forgot-password", map[string]string{"email": email}).Must(t, http.StatusAccepted)
	reset := mailed(s.Token(t, email, "token"))
	nobody.Get("/reset?token="+reset).Must(t, http.StatusOK)
	nobody.JSON(http.MethodPost, auth+"reset-password", map[string]string{"token": reset, "password": second}).Must(t, http.StatusNoContent)

	// They sign in, turn the second factor on, and make a token for a program.
	signedIn := nobody.JSON(http.MethodPost, auth+"login", map[string]string{"email": email, "password": second}).Must(t, http.StatusOK)
	session, _, _ := strings.Cut(strings.TrimPrefix(signedIn.Header.Get("Set-Cookie"), "portal_session="), ";")
	hide(session)
	var factor struct{ Secret string }
	nobody.With("Idempotency-Key", "prepare").JSON(http.MethodPost, auth+"two-factor", nil).Must(t, http.StatusOK).Decode(t, &factor)
	code, err := totp.GenerateCode(factor.Secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var recovery struct {
		Codes []string `json:"recovery_codes"`
	}
	nobody.With("Idempotency-Key", "confirm").JSON(http.MethodPost, auth+"two-factor/confirm", map[string]string{"code": code}).
		Must(t, http.StatusOK).Decode(t, &recovery)
	hide(factor.Secret)
	hide(recovery.Codes...)
	var made struct{ Token string }
	nobody.With("Idempotency-Key", "token").JSON(http.MethodPost, auth+"tokens", map[string]any{"name": "N", "scopes": []string{"tickets:read", "tickets:write"}}).
		Must(t, http.StatusCreated).Decode(t, &made)
	hide(made.Token)
	s.Nobody(t).With("Authorization", "Bearer "+made.Token).
		JSON(http.MethodPost, "/api/client-portal/tickets", map[string]string{"title": "By a program", "description": "N"}).Must(t, http.StatusCreated)
	return w
}

// unsubscribe follows the link of a mail that ends mails of its kind.
func (s *scene) unsubscribe() (token string) {
	s.t.Helper()
	s.Settle(s.t)
	for _, m := range s.Mails(s.t) {
		if link := strings.Trim(m.Header.Get("List-Unsubscribe"), "<>"); link != "" {
			address := strings.TrimPrefix(link, s.URL)
			s.Nobody(s.t).Get(address).Must(s.t, http.StatusOK)
			s.Nobody(s.t).Form(address, url.Values{"List-Unsubscribe": {"One-Click"}}).Must(s.t, http.StatusOK)
			return address[strings.LastIndexAny(address, "/=")+1:]
		}
	}
	s.t.Fatal("no mail has a link that ends mails")
	return ""
}

// in fails the test for each of the words that the text has, as it is or in
// hexadecimal.
func (*secrets) in(t *testing.T, where, text string, words []string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(text, word) || strings.Contains(text, hex.EncodeToString([]byte(word))) {
			t.Errorf("%s tells %s", where, word)
		}
	}
}
