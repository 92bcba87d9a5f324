package app_test

import (
	"net/http"
	"net/url"
	"strings"
)

const sourcesAPI = "/api/staff/data-sources"

// useCredentials connects data sources of every kind, whose systems repeat in their
// refusals what they were sent, and lets people do with them what they can.
func (s *scene) useCredentials() (hidden []string) {
	s.t.Helper()
	t, staff := s.t, s.caller("staff admin")
	secret := func() string {
		word := canary("credential")
		hidden = append(hidden, word)
		return word
	}
	type object = map[string]any
	connect := func(kind, connection string, credentials, settings object) string {
		t.Helper()
		var made struct{ ID string }
		staff.With("Idempotency-Key", kind+connection).JSON(http.MethodPost, sourcesAPI, object{
			"customer_id": s.Acme.ID, "source_type": kind, "source_name": kind + " by " + connection, "connection_type": connection,
			"credentials": credentials, "settings": settings,
		}).Must(t, http.StatusCreated).Decode(t, &made)
		return made.ID
	}
	for _, id := range []string{
		connect("meta", "access_token", object{"access_token": secret()}, object{"ad_account_id": "100"}),
		connect("ga4", "oauth", object{"client_id": "agency", "client_secret": secret(), "refresh_token": secret()}, object{"property_id": "111"}),
		connect("shopify", "access_token", object{"access_token": "shpat_" + secret()}, object{"shop": "acme"}),
		connect("shopify", "client_credentials", object{"client_id": "agency", "client_secret": secret()}, object{"shop": "acme"}),
	} {
		s.Settle(t)
		at, page := sourcesAPI+"/"+id, "/staff/data-sources/"+id
		staff.JSON(http.MethodPost, at+"/test", nil).Must(t, http.StatusOK)
		staff.Get(at + "/accounts")
		staff.JSON(http.MethodPost, at+"/sync", nil).Must(t, http.StatusAccepted)
		staff.Form(page+"/test", nil)
		staff.Form(page+"/sync", nil)
		staff.Get(page + "/accounts")
		staff.Get(page + "/edit")
	}

	// What is refused is not repeated, neither in words nor in the form.
	answers := []string{
		string(staff.JSON(http.MethodPost, sourcesAPI, object{
			"customer_id": s.Acme.ID, "source_type": "ga4", "source_name": "N", "connection_type": "service_account",
			"credentials": object{"service_account_json": `{"type": "service_account", "private_key": "` + secret() + `"}`}, "settings": object{"property_id": "G-1"},
		}).Must(t, http.StatusUnprocessableEntity).Body),
		string(staff.JSON(http.MethodPost, sourcesAPI, object{
			"customer_id": s.Acme.ID, "source_type": "shopify", "source_name": "N", "connection_type": "access_token",
			"credentials": object{"access_token": secret(), "acces_token": secret()}, "settings": object{"shop": "no shop"},
		}).Must(t, http.StatusUnprocessableEntity).Body),
		string(staff.Form("/staff/data-sources", url.Values{
			"customer_id": {s.Acme.ID.String()}, "source_type": {"ga4"}, "connection_type": {"service_account"}, "credentials.service_account_json": {secret()},
		}).Must(t, http.StatusUnprocessableEntity).Body),
		string(staff.Form("/staff/data-sources", url.Values{
			"customer_id": {s.Acme.ID.String()}, "source_type": {"meta"}, "connection_type": {"access_token"}, "credentials.access_token": {secret()},
		}).Must(t, http.StatusUnprocessableEntity).Body),
	}
	for _, answer := range answers {
		(&secrets{}).in(t, "a refusal", answer, hidden)
	}

	// Tokens and links are told once.
	var push, link struct{ Token, URL string }
	id := connect("push", "", nil, nil)
	staff.With("Idempotency-Key", "push-token").JSON(http.MethodPost, sourcesAPI+"/"+id+"/push-token", nil).Must(t, http.StatusCreated).Decode(t, &push)
	s.Nobody(t).With("Authorization", "Bearer "+push.Token).JSON(http.MethodPost, "/api/push/batches", object{"batch": "1", "rows": []object{}})
	id = connect("meta", "oauth", object{"client_id": "agency", "client_secret": secret()}, object{"ad_account_id": "100"})
	staff.With("Idempotency-Key", "link").JSON(http.MethodPost, sourcesAPI+"/"+id+"/reconnect-link", nil).Must(t, http.StatusCreated).Decode(t, &link)
	token := link.URL[strings.LastIndex(link.URL, "=")+1:]
	s.caller("member").Get("/data-sources/connect?token=" + token)
	s.Nobody(t).Get("/data-sources/connect?token=" + token)
	s.Settle(t)
	return append(hidden, push.Token, token)
}
