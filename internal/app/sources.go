package app

import (
	"clientportal/internal/datasource"
	"clientportal/internal/datasource/ga4"
	"clientportal/internal/datasource/meta"
	"clientportal/internal/datasource/shopify"
	"clientportal/internal/datasource/upstream"
	"clientportal/internal/db"
)

// systems are those that numbers are read from: a new connector is one line here.
func (a *App) systems() []upstream.Source {
	at := a.config.Upstreams
	return []upstream.Source{
		ga4.New(ga4.Config{BaseURL: at.GA4, TokenURL: at.GoogleToken, AuthURL: at.GoogleAuth}),
		meta.New(meta.Config{BaseURL: at.Meta, DialogURL: at.MetaDialog}),
		shopify.New(shopify.Config{BaseURL: at.Shopify}),
	}
}

// dataSources makes the data sources over a database.
func (a *App) dataSources(database *db.DB, told datasource.Notifier) (*datasource.Service, error) {
	client, err := upstream.NewClient(upstream.Guard{BaseURLs: a.config.Upstreams.Configured()})
	if err != nil {
		return nil, err
	}
	return datasource.New(datasource.Deps{
		DB: database, Secrets: a.secrets, Systems: a.systems(), Client: client, Notify: told, BaseURL: a.config.BaseURL, Hints: a.hub.Subscribe,
	})
}
