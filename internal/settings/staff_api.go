package settings

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"clientportal/internal/actor"
	"clientportal/internal/api"
	"clientportal/internal/mail"
	"clientportal/internal/route"
)

type agencyAnswer struct {
	ETag string `header:"ETag"`
	Body Agency
}

func answer(a Agency, err error) (*agencyAnswer, error) {
	if err != nil {
		return nil, err
	}
	return &agencyAnswer{ETag: api.ETag(a.UpdatedAt), Body: a}, nil
}

// StaffAPI adds the operations of the agency's settings.
func (s *Service) StaffAPI(a *api.API) {
	tags := []string{"settings"}
	api.Register(a, route.Staff("settings:write", actor.Admin), huma.Operation{
		OperationID: "staff-agency", Method: "GET", Path: "/api/staff/settings", Tags: tags,
		Summary: "Read the agency's settings",
	}, func(ctx context.Context, _ *struct{}) (*agencyAnswer, error) { return answer(s.Agency(ctx)) })

	type input struct {
		IfMatch string `header:"If-Match"`
		Body    Change
	}
	api.Register(a, route.Staff("settings:write", actor.Admin), huma.Operation{
		OperationID: "staff-change-agency", Method: "PUT", Path: "/api/staff/settings", Tags: tags,
		Summary: "Change the agency's settings", Description: "What is left out stays. The logo is set on the page.",
	}, func(ctx context.Context, in *input) (*agencyAnswer, error) {
		return answer(s.Change(ctx, in.Body, func(tag time.Time) error { return api.CheckMatch(in.IfMatch, api.ETag(tag)) }))
	})
	s.wordsAPI(a)
}

type wordsAnswer struct {
	ETag string `header:"ETag"`
	Body MailWords
}

func wordsAnswered(m MailWords, err error) (*wordsAnswer, error) {
	return &wordsAnswer{api.ETag(m.tag()), m}, err
}

// wordsAPI adds the agency's words in mails.
func (s *Service) wordsAPI(a *api.API) {
	admins := route.Staff("settings:write", actor.Admin)
	const all, one = "/api/staff/settings/mails", "/api/staff/settings/mails/{kind}"
	call := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"settings"}, DefaultStatus: 200}
	}
	type list struct {
		Body struct {
			Items []MailWords `json:"items"`
		}
	}
	api.Register(a, admins, call("staff-mail-words", "GET", all, "List the mails whose words may be set"), func(ctx context.Context, _ *struct{}) (*list, error) {
		out := &list{}
		var err error
		out.Body.Items, err = s.MailWords(ctx)
		return out, err
	})
	type named struct {
		Kind    string `path:"kind"`
		IfMatch string `header:"If-Match"`
	}
	match := func(given string) func(time.Time) error {
		return func(tag time.Time) error { return api.CheckMatch(given, api.ETag(tag)) }
	}
	api.Register(a, admins, call("staff-read-mail-words", "GET", one, "Read the words of a mail"), func(ctx context.Context, in *struct {
		Kind string `path:"kind"`
	}) (*wordsAnswer, error) {
		return wordsAnswered(s.MailWordsOf(ctx, mail.Kind(in.Kind)))
	})
	set := call("staff-set-mail-words", "PUT", one, "Set the words of a mail")
	set.Description = "Plain text with the mail's placeholders in braces; an empty line begins a paragraph."
	api.Register(a, admins, set, func(ctx context.Context, in *struct {
		Kind    string `path:"kind"`
		IfMatch string `header:"If-Match"`
		Body    mail.Words
	}) (*wordsAnswer, error) {
		return wordsAnswered(s.SetMailWords(ctx, mail.Kind(in.Kind), in.Body, match(in.IfMatch)))
	})
	api.Register(a, admins, call("staff-reset-mail-words", "DELETE", one, "Give a mail its own words back"), func(ctx context.Context, in *named) (*wordsAnswer, error) {
		return wordsAnswered(s.ResetMailWords(ctx, mail.Kind(in.Kind), match(in.IfMatch)))
	})
}
