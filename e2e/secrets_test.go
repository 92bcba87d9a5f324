package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"clientportal/internal/app/apptest"
)

// All that is sealed is sealed again with a new key while the portal runs: credentials
// of data sources, second factors, the key of reply addresses; and all of it opens.
func TestSecretsAreRotated(t *testing.T) {
	t.Parallel()
	dir, s := dataFolder(t), newSystems(t)
	environment := append([]string{"PORTAL_REPLY_ADDRESS=reply@portal.example.com", "PORTAL_INBOUND_ADDR=127.0.0.1:0"}, s.environment...)
	p := serve(t, dir, environment...)
	chief, client := p.people(environment...)
	ids := s.connect(t, chief)

	const auth = "/api/client-portal/auth/"
	var factor struct{ Secret string }
	client.JSON(http.MethodPost, auth+"two-factor", nil).Must(t, http.StatusOK).Decode(t, &factor)
	client.JSON(http.MethodPost, auth+"two-factor/confirm", map[string]string{"code": codeAt(t, factor.Secret, 0)}).Must(t, http.StatusOK)
	var ticket struct{ ID string }
	client.JSON(http.MethodPost, "/api/client-portal/tickets", map[string]string{"title": "A question", "description": "Some words"}).
		Must(t, http.StatusCreated).Decode(t, &ticket)
	first := p.answerTo(t, chief, ticket.ID, "The first answer.")

	conn := database(t, dir)
	const sealed = `select string_agg(s, ' ' order by s) from (select api_credentials::text s from analytics_data_sources
		union all select two_factor_secret from client_portal_users where two_factor_secret is not null union all select sealed from reply_key) x`
	var before, after string
	if err := conn.QueryRow(t.Context(), sealed).Scan(&before); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"3 data sources' credentials", "0 data sources' credentials"} {
		arguments := []string{"secrets", "rotate"}
		if i == 1 {
			arguments = append(arguments, "--reseal")
		}
		output, err := invoke(t, dir, environment, arguments...)
		n := want[:1]
		if i == 0 {
			n = "1"
		}
		for _, words := range []string{want, n + " second factors", n + " keys of reply addresses"} {
			if err != nil || !strings.Contains(output, words) {
				t.Errorf("%q does not say %q: %v\n%s", arguments, words, err, output)
			}
		}
	}
	if err := conn.QueryRow(t.Context(), sealed).Scan(&after); err != nil {
		t.Fatal(err)
	}
	for _, text := range strings.Fields(after) {
		if strings.Contains(before, text) {
			t.Errorf("%.20s… is sealed as before", text)
		}
	}

	for _, portal := range []string{"that ran all the while", "that starts with the new key"} {
		chief = p.Staff(t, chiefEmail)
		p.Nobody(t).JSON(http.MethodPost, auth+"login", map[string]string{"email": clientEmail, "password": apptest.Password, "totp_code": freshCode(t, factor.Secret)}).
			Must(t, http.StatusOK)
		if again := p.answerTo(t, chief, ticket.ID, "An answer of the portal "+portal); again != first {
			t.Errorf("answers to a portal %s go to %s, those before to %s", portal, again, first)
		}
		for kind, id := range ids {
			var tested struct{ OK bool }
			chief.JSON(http.MethodPost, "/api/staff/data-sources/"+id+"/test", nil).Must(t, http.StatusOK).Decode(t, &tested)
			if !tested.OK {
				t.Errorf("%s: a portal %s can't open the credentials", kind, portal)
			}
		}
		if portal == "that ran all the while" {
			p.stop()
			p = serve(t, dir, environment...)
		}
	}
}

func codeAt(t *testing.T, secret string, later time.Duration) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(later))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// freshCode waits for a code that was not used before: none is good twice.
func freshCode(t *testing.T, secret string) string {
	t.Helper()
	time.Sleep(time.Until(time.Now().Truncate(30 * time.Second).Add(30 * time.Second)))
	return codeAt(t, secret, 0)
}

// answerTo has the chief answer a ticket, and gives the address that the client's own
// answer goes to.
func (p *process) answerTo(t *testing.T, chief *apptest.Caller, ticket, words string) (address string) {
	t.Helper()
	chief.JSON(http.MethodPost, "/api/staff/tickets/"+ticket+"/comments", map[string]string{"body": words}).Must(t, http.StatusCreated)
	eventually(t, "the client gets no mail of "+words, func() bool {
		for _, m := range p.Mails(t) {
			if m.To == clientEmail && strings.Contains(m.Text, words) {
				address = m.Header.Get("Reply-To")
				return true
			}
		}
		return false
	})
	if !strings.Contains(address, "reply+") {
		t.Fatalf("it is answered to %q", address)
	}
	return address
}
