package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The agency's words are in the mails that go out from then on, and under a preview
// before.
func TestMailsSayTheAgencysWords(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.Settle(t)
	chief := s.caller("staff admin")
	path := "/staff/settings/mails/ticket_answer"
	words := url.Values{"intro": {"Hello {name}, news of {number}."}, "closing": {"Call us any time."}}
	preview := url.Values{"preview": {"1"}, "intro": words["intro"]}
	if got := chief.Form(path, preview).Must(t, http.StatusOK); !strings.Contains(string(got.Body), "Hello Mara Lindqvist, news of DG-213.") {
		t.Error("the preview does not show the mail")
	}
	if got := chief.Form(path, url.Values{"intro": {"Hello {nobody}"}}).Must(t, http.StatusUnprocessableEntity); !strings.Contains(string(got.Body), "fill in {nobody}") {
		t.Error("what can't be filled in is not said")
	}
	chief.Form(path, words).Must(t, http.StatusSeeOther)
	known := len(s.Mails(t))
	answer := func() {
		s.caller("agent").JSON(http.MethodPost, "/api/staff/tickets/"+s.Acme.Ticket.ID.String()+"/comments", map[string]any{"body": "It is fast again."}).Must(t, http.StatusCreated)
		s.Settle(t)
	}
	answer()
	mails := s.Mails(t)[known:]
	if len(mails) != 1 || !strings.Contains(mails[0].Text, "Hello member acme, news of") || !strings.Contains(mails[0].Text, "Call us any time.") {
		t.Errorf("mails: %+v", mails)
	}
	chief.Form(path+"/reset", nil).Must(t, http.StatusSeeOther)
	answer()
	if mails = s.Mails(t)[known+1:]; len(mails) != 1 || strings.Contains(mails[0].Text, "Hello member") {
		t.Errorf("mails after the reset: %+v", mails)
	}
}
