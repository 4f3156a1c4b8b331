package marks

@Retention(AnnotationRetention.BINARY)
@Target(
    AnnotationTarget.CLASS,
)
annotation class Mark
//               ^ definition class Mark

public annotation class Named(val name: String)
//                      ^ definition class Named
