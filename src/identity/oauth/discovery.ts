/** OpenID Connect Discovery 1.0 and SMART App Launch 2.2 `.well-known/smart-configuration`. */

const endpoints = (publicUrl: string) => ({
  issuer: publicUrl,
  jwks_uri: `${publicUrl}/oauth/jwks`,
  authorization_endpoint: `${publicUrl}/oauth/auth`,
  token_endpoint: `${publicUrl}/oauth/token`,
  introspection_endpoint: `${publicUrl}/oauth/introspect`,
  revocation_endpoint: `${publicUrl}/oauth/revoke`,
  userinfo_endpoint: `${publicUrl}/oauth/userinfo`,
  end_session_endpoint: `${publicUrl}/oauth/end_session`,
})

export const clientSigningAlgorithms = ['RS384', 'ES384'] as const
export const idTokenAlgorithms = ['RS256', 'ES384'] as const

/** Examples of the grammar, not a list: scopes for one resource type follow `(patient|user|system)/Type.cruds`. */
const scopesSupported = [
  ...['openid', 'profile', 'fhirUser', 'launch/patient', 'offline_access', 'patient/*.rs'],
  ...['user/*.rs', 'user/*.cruds', 'system/*.rs', 'system/*.cruds', 'system/Observation.rs'],
]

const common = (publicUrl: string) => ({
  ...endpoints(publicUrl),
  grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: [
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'none',
  ],
  token_endpoint_auth_signing_alg_values_supported: clientSigningAlgorithms,
  scopes_supported: scopesSupported,
})

export const openidConfiguration = (publicUrl: string) => ({
  ...common(publicUrl),
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: idTokenAlgorithms,
  claims_supported: ['sub', 'name', 'fhirUser', 'auth_time', 'iss', 'sid'],
  authorization_response_iss_parameter_supported: true,
  claims_parameter_supported: false,
  request_uri_parameter_supported: false,
})

export const smartConfiguration = (publicUrl: string) => ({
  ...common(publicUrl),
  capabilities: [
    ...['launch-standalone', 'client-public', 'client-confidential-symmetric'],
    ...['client-confidential-asymmetric', 'sso-openid-connect', 'context-standalone-patient'],
    ...['permission-offline', 'permission-patient', 'permission-user', 'permission-v2'],
  ],
})
