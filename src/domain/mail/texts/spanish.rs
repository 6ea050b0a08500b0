//! The texts of mails in Spanish.

use super::{MailKind, Text};

texts! {
    Test "Correo de prueba de {cloud}"
        "Hola, {name}:\n\nesto es una prueba. Los correos de {cloud} llegan bien.";
    Message "{subject}"
        "{sender} te escribe desde {cloud}:\n\n{message}";
    SignInCode "Tu código para {cloud}"
        "Hola, {name}:\n\ntu código para iniciar sesión es\n\n{code}\n\nSirve una sola vez, durante 10 minutos. Si no estás iniciando sesión ahora mismo, alguien sabe tu contraseña: cámbiala.";
    NewPlace "Inicio de sesión en {cloud} desde un lugar nuevo"
        "Hola, {name}:\n\nalguien ha iniciado sesión en tu cuenta desde un lugar que {cloud} no conocía.\n\nCon: {device}\nDesde: {address}\nCuándo: {when}\n\nSi has sido tú, no hay nada que hacer. Si no, cambia ahora tu contraseña: así se cierra la sesión en todos los demás dispositivos.";
    PasswordReset "Elige una nueva contraseña para {cloud}"
        "Hola, {name}:\n\nalguien, probablemente tú, quiere una nueva contraseña para tu cuenta. Con este enlace puedes elegirla:\n\n{link}\n\nSirve una sola vez y durante poco tiempo. Si no has sido tú, no hay nada que hacer: tu contraseña no cambia.";
    VerifyEmail "Confirma tu dirección de correo para {cloud}"
        "Hola, {name}:\n\nconfirma con este enlace que esta dirección es tuya:\n\n{link}\n\nSi no tienes una cuenta en {cloud}, no hay nada que hacer.";
    Invitation "{sender} te invita a {cloud}"
        "Hola, {name}:\n\n{sender} ha creado una cuenta para ti en {cloud}. Con este enlace puedes elegir una contraseña y empezar:\n\n{link}";
    Held "Archivos eliminados o reemplazados en {cloud}: {count}"
        "Hola, {name}:\n\nen la cuenta {who} se han eliminado o reemplazado archivos en diez minutos: {count}. {cloud} lo ha detenido.\n\nCon: {device}\nDesde: {when}\n\nSi has sido tú, deja que continúe. Si no, deshazlo todo: un botón del portal lo devuelve todo a su sitio. Hasta entonces no se pierde nada. Un ordenador que cifra archivos por sí solo tiene un virus. Desconéctalo primero de la red.";
    ShareLink "{sender} comparte «{share}» contigo"
        "{sender} comparte «{share}» contigo:\n\n{link}\n\n{message}";
    Share "{sender} comparte «{share}» contigo"
        "Hola, {name}:\n\n{sender} comparte «{share}» contigo. Lo encontrarás en tu cuenta:\n\n{link}\n\n{message}";
    Limit "Tu espacio en {cloud} está casi lleno"
        "Hola, {name}:\n\nhas usado {used} de tus {limit}. Elimina lo que no necesites y vacía la papelera, o pide más espacio a un administrador.";
    Disk "Un disco de {cloud} está casi lleno"
        "Hola, {name}:\n\nqueda poco espacio:\n\n{disks}\n\nCuando un disco está lleno, no se puede subir nada más. No se pierde nada de lo que ya está guardado.";
    BackupFailed "La copia de seguridad de {cloud} ha fallado"
        "Hola, {name}:\n\nno se ha podido hacer la copia de seguridad programada:\n\n{reason}\n\nSe intentará de nuevo. Las copias anteriores siguen intactas.";
    CheckFindings "La comprobación de {cloud} ha encontrado algo"
        "Hola, {name}:\n\nla comprobación de la base de datos y del disco ha encontrado algo que conviene revisar:\n\n{findings}\n\nEn la administración hay más información, también sobre qué hacer.";
    AccountWaits "{account} pide una cuenta en {cloud}"
        "Hola, {name}:\n\n{account} ({email}) ha pedido una cuenta y espera a que se le dé acceso. Aquí puedes aceptar o rechazar:\n\n{link}\n\nPuede que haya más personas esperando: este correo llega como mucho una vez por hora.";
    LetIn "Tu cuenta en {cloud} está lista"
        "Hola, {name}:\n\nya puedes iniciar sesión con el nombre {account} y la contraseña que has elegido:\n\n{link}";
}
