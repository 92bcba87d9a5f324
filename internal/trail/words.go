package trail

import (
	"strings"

	"clientportal/internal/audit"
)

// deeds are the actions in words, after the name of who acted; %s is the subject.
// An action that is not here is told by its parts, see deedOf.
var deeds = map[string]string{
	"access.denied":                 "was refused access",
	"agency.logo_remove":            "took the agency's logo away",
	"agency.logo_set":               "gave the agency a logo",
	"agency.reset_mail":             "took back the agency's words in a mail",
	"agency.set_mail":               "put a mail into the agency's words",
	"agency.update":                 "changed the agency's settings",
	"attachment.create":             "attached a file to %s",
	"attachment.download":           "downloaded a file of %s",
	"audit.erase":                   "erased what the trail held of a person",
	"audit.export":                  "exported the audit trail",
	"audit.view":                    "read the audit trail",
	"auth.address_send":             "sent a link that confirms another address",
	"auth.change_password":          "changed their password",
	"auth.forgot_password":          "asked for a new password",
	"auth.link_provider":            "linked another way to sign in",
	"auth.login":                    "signed in",
	"auth.logout":                   "signed out",
	"auth.register":                 "registered",
	"auth.reset_password":           "set a new password",
	"auth.reset_send":               "sent a link for a new password",
	"auth.set_password":             "set a password",
	"auth.verification_send":        "sent a link that confirms an address",
	"auth.verify_email":             "confirmed their address",
	"comment.create":                "wrote on %s",
	"customer.assign":               "assigned an employee to %s",
	"customer.create":               "took on %s",
	"customer.import":               "imported %s",
	"customer.unassign":             "took an employee off %s",
	"customer.view_stakeholders":    "looked at the contacts of %s",
	"customer_import.forget":        "forgot files that were not imported in time",
	"customer_import.run":           "imported customers and stakeholders",
	"customer_import.update":        "said what the columns of an import hold",
	"customer_import.upload":        "uploaded a file of customers",
	"dashboard.access":              "changed who sees %s",
	"data_source.ask_range":         "had a range of numbers read",
	"data_source.authorise":         "authorised %s",
	"data_source.backfill":          "had days of %s read again",
	"data_source.backfilled":        "read earlier days of %s",
	"data_source.cancel_backfill":   "stopped days of %s from being read again",
	"data_source.create":            "added %s",
	"data_source.create_link":       "made a link to authorise %s",
	"data_source.create_push_token": "made a token for %s",
	"data_source.define_metrics":    "said what the metrics of %s are",
	"data_source.disconnect":        "disconnected %s",
	"data_source.failed":            "could not read %s",
	"data_source.import":            "imported a table into %s",
	"data_source.list_accounts":     "looked for the accounts of %s",
	"data_source.push":              "took a batch for %s",
	"data_source.sync":              "had %s read",
	"data_source.synced":            "read %s",
	"data_source.test":              "tested %s",
	"data_source.update":            "changed %s",
	"data_source.upload":            "uploaded a table for %s",
	"deliverable.accept":            "accepted a deliverable of %s",
	"deliverable.deliver":           "handed over a deliverable of %s",
	"deliverable.reject":            "asked for changes to a deliverable of %s",
	"demo.ready":                    "made the demo agency",
	"employee.create":               "added %s to the agency's people",
	"export.make":                   "made the file of %s",
	"export.step":                   "went on with %s",
	"idempotency.forget":            "forgot old idempotency keys",
	"invitation.create":             "invited %s",
	"invitation.revoke":             "took back the invitation of %s",
	"invitation.send":               "sent the invitation to %s",
	"member.join":                   "joined the company",
	"member.update":                 "changed what %s may do",
	"notification.forget":           "forgot old notifications",
	"notification.mail":             "put mails of notifications on their way",
	"notification.read":             "read notifications",
	"notification.settings":         "changed how they hear of events",
	"notification.unsubscribe":      "ended mails with a mail's link",
	"overage_block.ask":             "asked for approval of %s",
	"overage_block.decline":         "declined %s",
	"overage_block.notify":          "told people of %s",
	"project.complete":              "completed the project of %s",
	"project.post_update":           "posted an update on %s",
	"project.start":                 "started the project of %s",
	"quote.add_phases":              "added phases to %s",
	"quote.notify":                  "told people of %s",
	"quote.order_phases":            "put the phases of %s in another order",
	"reply.make_key":                "made the key of addresses for replies",
	"reply.refuse":                  "refused a reply by mail on %s",
	"reply.reseal_key":              "sealed the key of addresses for replies anew",
	"report.begin":                  "began %s",
	"report.drop":                   "dropped %s",
	"report.hold":                   "held %s back",
	"report.mail":                   "mailed %s",
	"report.release":                "let %s go out",
	"report.send_again":             "sent %s again",
	"report_schedule.reckon":        "moved the next date of %s",
	"retainer.close_period":         "closed a period of %s",
	"retainer.notify":               "told people of %s",
	"retainer.open_period":          "opened a period of %s",
	"second_factor.disable":         "turned their second factor off",
	"second_factor.enable":          "turned their second factor on",
	"second_factor.prepare":         "began to set up a second factor",
	"second_factor.renew_codes":     "made new recovery codes",
	"second_factor.reseal":          "sealed second factors anew",
	"second_factor.reset":           "reset the second factor of %s",
	"secret.rotate":                 "changed the key that secrets are sealed with",
	"session.revoke":                "ended one of their sessions",
	"session.revoke_others":         "ended their other sessions",
	"session.switch_company":        "switched to this company",
	"stakeholder.create":            "added %s as a contact",
	"statement.view":                "made a statement of hours",
	"ticket.create":                 "opened %s",
	"ticket.follow":                 "follows %s",
	"ticket.note":                   "changed the internal notes of %s",
	"ticket.notify":                 "told people of %s",
	"ticket.unfollow":               "no longer follows %s",
	"time_entry.announce":           "told %s which hours will be approved by themselves",
	"time_entry.answer":             "answered about %s",
	"time_entry.fold_months":        "added up the hours of months",
	"time_entry.log":                "logged %s",
	"time_entry.notify":             "told people of %s",
	"time_entry.resubmit":           "asked for approval of %s again",
	"time_entry.view_sheet":         "looked at the hours",
	"time_import.run":               "imported hours",
	"time_import.upload":            "uploaded a file of hours",
	"timer.discard":                 "threw a timer away",
	"timer.start":                   "started a timer",
	"timer.stop":                    "stopped a timer",
	"token.create":                  "made an access token",
	"token.revoke":                  "revoked an access token",
	"user.ask_address":              "asked to sign in with another address",
	"user.change_address":           "changed the address that they sign in with",
	"user.change_profile":           "changed their profile",
	"user.create":                   "made an account for %s",
	"view_as.start":                 "began to look at the portal",
	"view_as.stop":                  "stopped looking at the portal",
}

// failures are actions that did not come to what deeds says.
var failures = map[string]string{
	"access.denied": "was refused access",
	"auth.login":    "failed to sign in",
	"auth.register": "failed to register",
	"export.fail":   "could not make the file of %s",
}

// verbs tell an action that has no words of its own: "report.create".
var verbs = map[string]string{
	"approve": "approved", "cancel": "cancelled", "create": "created", "delete": "deleted", "download": "downloaded",
	"export": "exported", "reject": "rejected", "remove": "removed", "revoke": "revoked", "send": "sent", "update": "changed", "view": "looked at",
}

// nouns are the types of subjects: one without a name, and one with it.
var nouns = map[string]struct{ nameless, named string }{
	"customer":    {"a customer", "%s"},
	"employee":    {"an employee", "%s"},
	"invitation":  {"somebody", "%s"},
	"person":      {"a person", "%s"},
	"stakeholder": {"a contact", "%s"},
	"user":        {"a person", "%s"},
}

// deedOf is what the actor did, in words.
func deedOf(e Entry) string {
	family, verb, _ := strings.Cut(e.Action, ".")
	deed, known := deeds[e.Action]
	if e.Outcome != audit.Success {
		deed, known = failures[e.Action]
	}
	switch past, ok := verbs[verb]; {
	case known:
	case e.Outcome != audit.Success:
		deed = "did not get through with “" + spaced(verb) + "” on %s"
	case ok:
		deed = past + " %s"
	default:
		deed = "did “" + spaced(verb) + "” on %s"
	}
	return strings.Replace(deed, "%s", phrase(e.Subject, family), 1)
}

// phrase is the subject within a sentence; family is what the action is about
// where it has no subject.
func phrase(s *Subject, family string) string {
	if s == nil {
		s = &Subject{Type: family}
	}
	noun, ok := nouns[s.Type]
	switch {
	case ok && s.Name != "":
		return strings.Replace(noun.named, "%s", s.Name, 1)
	case ok:
		return noun.nameless
	case s.Name != "":
		return spaced(s.Type) + " " + s.Name
	case s.Type != "" && strings.ContainsRune("aeiou", rune(s.Type[0])):
		return "an " + spaced(s.Type)
	}
	return "a " + spaced(s.Type)
}

// spaced is a name of ours as words: "in_progress" is "in progress".
func spaced(name string) string { return strings.ReplaceAll(name, "_", " ") }

// family is a group of actions that a reader may look for.
type family struct {
	prefix, label string
	agency        bool // the agency's own
}

var families = []family{
	{"ticket.", "Tickets", false},
	{"comment.", "Replies", false},
	{"attachment.", "Files", false},
	{"quote.", "Quotes", false},
	{"project.", "Projects", false},
	{"time_entry.", "Hours", false},
	{"retainer.", "Retainers", false},
	{"overage_block.", "Blocks beyond retainers", false},
	{"statement.", "Statements", false},
	{"phase.", "Phases", false},
	{"deliverable.", "Deliverables", false},
	{"dashboard.", "Dashboards", false},
	{"data_source.", "Data sources", false},
	{"export.", "Exports of dashboards", false},
	{"report.", "Reports", false},
	{"report_schedule.", "Schedules of reports", false},
	{"auth.", "Sign-in", false},
	{"session.", "Sessions", false},
	{"second_factor.", "Second factor", false},
	{"token.", "Access tokens", false},
	{"invitation.", "Invitations", false},
	{"member.", "Team", false},
	{"user.", "Accounts", false},
	{"customer.", "Company", false},
	{"stakeholder.", "Contacts", false},
	{"view_as.", "View as client", false},
	{"access.", "Refused access", false},
	{"audit.", "Audit trail", false},
	{"agency.", "Settings", true},
	{"customer_import.", "Imports of customers", true},
	{"time_import.", "Imports of hours", true},
	{"employee.", "Employees", true},
	{"idempotency.", "Housekeeping", true},
}

// outcomes are how an action ended, in words.
var outcomes = map[audit.Outcome]string{
	audit.Success: "Done",
	audit.Failure: "Failed",
	audit.Denied:  "Refused",
}
