package jobfile

import (
	"mailshot/job/jobfile/fields"
	"mailshot/job/jobfile/keys"
	"mailshot/job/secret/oauth"
)

// oauth decodes how the account signs in.
func (d *decoder) oauth(f fields.Field, v *Server) {
	if !f.Usable() {
		return
	}
	s := f.Section()
	o := &v.OAuth
	s.Word("provider", &o.Provider)
	s.Plain("client_id", &o.ClientID)
	if f, ok := s.Get("client_secret", keys.Group); ok {
		o.ClientSecret = secretIn(f)
	}
	s.Plain("tenant", &o.Tenant)
	for _, u := range []struct {
		key string
		dst *string
	}{{"issuer", &o.Issuer}, {"authorization_url", &o.AuthorizationURL}, {"token_url", &o.TokenURL}, {"device_url", &o.DeviceURL}} {
		s.Plain(u.key, u.dst)
		if *u.dst != "" {
			if err := oauth.CheckURL(*u.dst); err != nil {
				s.Fields[u.key].Wrong(err)
			}
		}
	}
	if f, ok := s.Get("scopes", keys.Text); ok {
		for _, item := range f.Items() {
			if scope, ok := item.Plain(); ok {
				o.Scopes = append(o.Scopes, scope)
			}
		}
	}
	o.ways(s)
}

// ways refuses what goes ill together: the provider is known by name, or names its URLs itself, or the
// job does.
func (o *OAuth) ways(s fields.Section) {
	given := func(key, format string) {
		if s.Has(key) {
			s.Fields[key].Refuse("%s", format)
		}
	}
	switch {
	case s.Broken:
		return
	case !s.Has("provider") && !s.Has("issuer") && !s.Has("token_url"):
		s.Need("provider")
	case o.Provider != "":
		for _, key := range []string{"issuer", "authorization_url", "token_url", "device_url"} {
			given(key, "has no use beside `provider`")
		}
	case o.Issuer != "":
		for _, key := range []string{"authorization_url", "token_url", "device_url"} {
			given(key, "has no use beside `issuer`, which names it")
		}
	case o.AuthorizationURL == "" && o.DeviceURL == "":
		given("token_url", "needs `authorization_url` or `device_url`")
	}
	if o.Provider != "microsoft" {
		given("tenant", "is of Microsoft")
	}
	if !s.Has("provider") && !s.Has("scopes") {
		given("issuer", "needs `scopes`: what lets a program send")
		given("token_url", "needs `scopes`: what lets a program send")
	}
}
