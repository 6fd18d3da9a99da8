import { courseMinutes } from './courses/course.ts'
import { courses } from './courses/index.ts'
import { patientFrom } from './fleet.ts'
import { longestStepS } from './physiology/patient.ts'

/** A look at the courses without a gateway: one line each so many minutes. */
export function printCourses(everyMinutes: number, print: (line: string) => void): void {
  for (const course of courses.values()) {
    print(`${course.id}: ${course.title}`)
    const traits = { ageYears: 67, sex: 'female', weightKg: 70, startOffsetMinutes: 0 } as const
    const patient = patientFrom({ id: 'print', course: course.id, ...traits }, 'print', 9)
    for (let minute = 0; minute <= courseMinutes(course); minute++) {
      if (minute % everyMinutes === 0) {
        const v = patient.vitals()
        const numbers = [
          v.heartRate.toFixed(0),
          `${v.systolic.toFixed(0)}/${v.diastolic.toFixed(0)}`,
          v.respiratoryRate.toFixed(0),
          v.spo2.toFixed(0),
          v.temperature.toFixed(1),
          v.glucoseMgPerDl.toFixed(0),
          v.oxygenLPerMin.toFixed(0),
          v.consciousness,
        ]
        print(`${String(minute).padStart(6)} min  ${numbers.map((n) => n.padStart(8)).join('')}`)
      }
      for (let second = 0; second < 60; second += longestStepS) patient.step(longestStepS)
    }
  }
}
