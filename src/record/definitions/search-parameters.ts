/** Search parameters, with what draws their values from a resource, compiled when it is first needed. */
import {
  evalFhirPathTyped,
  type FhirPathAtom,
  getParsedExpressionForResourceType,
  getSearchParameterDetails,
  getSearchParameters,
  parseFhirPath,
  type TypedValue,
} from '@medplum/core'
import type { SearchParameter } from '@medplum/fhirtypes'
import type { ParamKind } from '../indexing/values.ts'

export interface SearchParam {
  readonly code: string
  readonly kind: ParamKind
  readonly definition: SearchParameter
  /** Types that a reference may point at. */
  readonly targets: readonly string[]
  values(resource: TypedValue): readonly TypedValue[]
}

export interface CompositeParam {
  readonly code: string
  readonly kind: 'composite'
  readonly definition: SearchParameter
  /** In the order of the `$`-separated value. */
  readonly components: readonly CompositeComponent[]
  /** The repeating elements in which all components must hold together. */
  bases(resource: TypedValue): readonly TypedValue[]
}
export interface CompositeComponent {
  readonly kind: ParamKind
  values(base: TypedValue): readonly TypedValue[]
}

export type AnyParam = SearchParam | CompositeParam

/** Answered from the resource's own columns, without an index row. */
export const columnParams: ReadonlySet<string> = new Set(['_id', '_lastUpdated'])

const kinds: ReadonlySet<string> = new Set([
  'token',
  'string',
  'date',
  'reference',
  'quantity',
  'number',
  'uri',
])

/** The library's own additions, which are not FHIR R4's. */
const foreign: ReadonlySet<string> = new Set(['_compartment', '_project'])

export class SearchParams {
  readonly #byType = new Map<string, ReadonlyMap<string, AnyParam>>()

  /** Every parameter of the type that can be searched, by code. */
  of(resourceType: string): ReadonlyMap<string, AnyParam> {
    let params = this.#byType.get(resourceType)
    if (!params) {
      params = compile(resourceType)
      this.#byType.set(resourceType, params)
    }
    return params
  }

  get(resourceType: string, code: string): AnyParam | undefined {
    return this.of(resourceType).get(code)
  }
}

function compile(resourceType: string): ReadonlyMap<string, AnyParam> {
  const definitions = Object.values(getSearchParameters(resourceType) ?? {})
  const simple = definitions
    .filter((d) => kinds.has(d.type) && d.expression !== undefined && !foreign.has(d.code))
    .map((definition) => simpleParam(resourceType, definition))
  const kindOf = new Map(simple.map((param) => [param.definition.url, param.kind]))
  const composite = definitions
    .filter((d) => d.type === 'composite' && d.expression !== undefined)
    .map((definition) => compositeParam(resourceType, definition, kindOf))
    .filter((param) => param !== undefined)
  return new Map([...simple, ...composite].map((param) => [param.code, param]))
}

function simpleParam(resourceType: string, definition: SearchParameter): SearchParam {
  let expression: FhirPathAtom | undefined
  return {
    code: definition.code,
    kind: definition.type as ParamKind,
    definition,
    targets: definition.target ?? [],
    values(resource) {
      expression ??= getSearchParameterDetails(resourceType, definition).parsedExpression
      return evalFhirPathTyped(expression, [resource])
    },
  }
}

function compositeParam(
  resourceType: string,
  definition: SearchParameter,
  kindOf: ReadonlyMap<string | undefined, ParamKind>,
): CompositeParam | undefined {
  const components: CompositeComponent[] = []
  for (const component of definition.component ?? []) {
    const kind = kindOf.get(component.definition)
    if (kind === undefined) return undefined
    const atom = parseFhirPath(spelledAsTyped(component.expression))
    components.push({ kind, values: (base) => evalFhirPathTyped(atom, [base]) })
  }
  const atom = baseExpression(resourceType, definition.expression ?? '')
  return {
    code: definition.code,
    kind: 'composite',
    definition,
    components,
    bases: (resource) => evalFhirPathTyped(atom, [resource]),
  }
}

/** R4 writes `ofType(DateTime)` for what its types call `dateTime`. */
const spelledAsTyped = (expression: string): string => expression.replaceAll('(DateTime)', '(dateTime)')

function baseExpression(resourceType: string, expression: string): FhirPathAtom {
  const own = expression
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part === resourceType || part.startsWith(`${resourceType}.`))
  return own.length > 0
    ? parseFhirPath(own.join(' | '))
    : getParsedExpressionForResourceType(resourceType, expression)
}
