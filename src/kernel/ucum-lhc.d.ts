declare module '@lhncbc/ucum-lhc' {
  export interface Conversion {
    readonly status: 'succeeded' | 'failed' | 'error'
    readonly toVal: number | null
    readonly msg: readonly string[] | null
  }
  export class UcumLhcUtils {
    static getInstance(): UcumLhcUtils
    validateUnitString(unit: string): { readonly status: 'valid' | 'invalid' | 'error' }
    convertUnitTo(
      from: string,
      value: number,
      to: string,
      options?: { readonly suggest?: boolean; readonly molecularWeight?: number },
    ): Conversion
  }
}
