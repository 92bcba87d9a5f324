package app

import (
	"time"

	"clientportal/internal/actor"
	"clientportal/internal/web"
)

// bell is what is new to the reader of a page.
type bell struct {
	unread int
	latest []told
}

// told is a notification as it stands under the bell.
type told struct {
	Who, Text, About, Note, Path string
	At                           time.Time  `json:"created_at"`
	ReadAt                       *time.Time `json:"read_at"`
}

// The columns of a bell, for the query of a page's surroundings.
var (
	memberBell   = bellOf(`n.customer_id = $1 and n.user_id = $2`)
	employeeBell = bellOf(`n.employee_id = $1`)
)

func bellOf(own string) string {
	return counted(`notifications n where `+own+` and n.read_at is null`) + `,
		(select coalesce(jsonb_agg(to_jsonb(l)), '[]') from (
			select n.who, n.text, n.about, n.note, n.path, n.created_at, n.read_at from notifications n
			where ` + own + ` order by n.created_at desc, n.id desc limit 5) l)`
}

// notifications are the bell as the page shows it.
func (b bell) notifications(side actor.Kind) web.Notifications {
	base := ""
	if side == actor.Staff {
		base = "/staff"
	}
	n := web.Notifications{
		Href: base + "/notifications", ReadAction: base + "/notifications/read", AgainHref: base + "/notifications/bell",
		SettingsHref: base + "/account/notifications", Unread: b.unread,
	}
	for _, t := range b.latest {
		n.Latest = append(n.Latest, web.Notification{
			Who: t.Who, Text: t.Text, About: t.About, Href: t.Path, Note: t.Note, At: t.At, Unread: t.ReadAt == nil,
		})
	}
	return n
}
